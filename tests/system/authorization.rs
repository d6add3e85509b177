//! Who may do what: every endpoint, asked by everybody, as a table that is checked in and reviewed.
//!
//! Each question is one that would succeed for whoever is entitled to it. An endpoint that is not in [`question`] fails the test: it has to be
//! classified before it is served.

use bytes::Bytes;
use http::Request;
use local::functions::contexts;
use local::stack::{HEADLESS_CLIENT, logical_id};
use serde_json::{Value, json};
use std::fmt::Write;
use system_tests::repository::is_current;
use system_tests::{Admin, Doctor, Patient, Person, World};

/// Who asks, in the order of asking: whose success changes most comes last.
const CALLERS: [&str; 8] =
    ["anonymous", "id-token", "[nonadmin]", "other-patient", "other-doctor", "patient", "doctor", "admin"];

struct Cast {
    world: World,
    patient: Patient,
    other_patient: Patient,
    doctor: Doctor,
    other_doctor: Doctor,
    admin: Admin,
    outsider: Person,
    hours: i64,
}

/// One well-formed request.
#[derive(Default)]
struct Question {
    parameters: Vec<(&'static str, String)>,
    query: String,
    body: Option<Value>,
    if_match: Option<String>,
    /// The visit that was made for it, to be cancelled afterwards.
    visit: Option<Value>,
}

impl Cast {
    async fn assembled() -> Self {
        let world = World::start().await;
        let cast = Cast {
            patient: world.patient("Asha Rao").await,
            other_patient: world.patient("Vikram Shah").await,
            doctor: world.doctor("Meera Iyer").await,
            other_doctor: world.doctor("Arjun Bose").await,
            admin: world.admin().await,
            outsider: world.person("Nobody Special", &[]).await,
            world,
            hours: 30,
        };
        let people: [&Person; 4] = [&cast.doctor, &cast.other_doctor, &cast.admin, &cast.outsider];
        for person in people {
            let _ = person.get("/v1/me").await.ok();
        }
        cast
    }

    /// A visit of the patient with the doctor, held and not paid for.
    async fn visit(&mut self) -> Value {
        let slot = self.slot().await;
        self.patient.books(&slot).await.created()
    }

    async fn slot(&mut self) -> system_tests::Slot {
        self.hours += 1;
        self.doctor.publishes(self.hours).await
    }

    async fn of_visit(&mut self, body: Option<Value>) -> Question {
        let visit = self.visit().await;
        let id = visit["id"].as_str().unwrap().to_owned();
        Question { parameters: vec![("appointmentId", id)], body, visit: Some(visit), ..Question::default() }
    }

    /// A paid visit of the patient with the doctor that begins in twenty minutes.
    async fn open_visit(&mut self) -> Value {
        let slot = self.doctor.publishes(1).await;
        let visit = self.patient.has_visit(&slot).await;
        self.world.minutes_pass(40).await;
        visit
    }

    fn about(visit: Value, body: Option<Value>) -> Question {
        let id = visit["id"].as_str().unwrap().to_owned();
        Question { parameters: vec![("appointmentId", id)], body, visit: Some(visit), ..Question::default() }
    }

    /// A visit of the patient that is paid, by its payment.
    async fn of_payment(&mut self, body: Option<Value>) -> Question {
        let slot = self.slot().await;
        let visit = self.patient.has_visit(&slot).await;
        let payment = visit["paymentId"].as_str().unwrap().to_owned();
        Question { parameters: vec![("paymentId", payment)], body, visit: Some(visit), ..Question::default() }
    }

    fn of_doctor(&self, body: Option<Value>) -> Question {
        Question { parameters: vec![("doctorId", self.doctor.id.clone())], body, ..Question::default() }
    }
}

/// A question to an operation that its rightful caller would get a good answer to.
async fn question(operation: &str, cast: &mut Cast) -> Question {
    let number = cast.world.key();
    let plain = |body: Value| Question { body: Some(body), ..Question::default() };
    let email = format!("{number}@example.com");
    let account = json!({ "email": email, "password": "Monsoon-clouds-2026", "name": "New" });
    match operation {
        "register" => plain(account),
        "confirmRegistration" => {
            let _ = cast.world.anonymous().post("/v1/auth/register", account).await.accepted();
            plain(json!({ "email": email, "code": cast.world.code_mailed_to(&email) }))
        }
        "logIn" => plain(json!({ "email": cast.patient.email, "password": "Correct-horse-9-battery" })),
        "refreshSession" => {
            let login = json!({ "email": cast.patient.email, "password": "Correct-horse-9-battery" });
            let session = cast.world.anonymous().post("/v1/auth/login", login).await.ok();
            plain(json!({ "refreshToken": session["refreshToken"] }))
        }
        "makeCalendarFeed" | "endCalendarFeed" | "logOut" | "viewMe" | "health" | "apiDocs" | "openapiDocument"
        | "searchDoctors" | "listAuditEvents" | "listRefunds" | "viewLedger" => Question::default(),
        "updateMe" => {
            Question { if_match: Some("\"1\"".into()), ..plain(json!({ "name": "New Name", "zone": "Asia/Kolkata" })) }
        }
        "registerDoctor" => plain(json!({
            "email": email, "name": "Ravi Kumar", "registrationNumber": number, "qualification": "MBBS",
            "specialities": ["paediatrics"], "languages": ["ta"], "fee": 30_000, "zone": "Asia/Kolkata",
        })),
        "viewDoctor" | "listAvailableSlots" | "viewDoctorDay" => cast.of_doctor(None),
        "updateDoctor" => {
            let seen = cast.admin.get(&format!("/v1/doctors/{}", cast.doctor.id)).await;
            Question {
                if_match: seen.header("etag").map(str::to_owned),
                ..cast.of_doctor(Some(json!({
                    "name": "Meera Iyer", "qualification": "MBBS", "specialities": ["cardiology"], "languages": ["en"],
                    "fee": 40_000, "zone": "Asia/Kolkata",
                })))
            }
        }
        "suspendDoctor" => cast.of_doctor(Some(json!({ "reason": "Registration lapsed" }))),
        "viewSchedule" => cast.of_doctor(None),
        "replaceSchedule" => {
            let seen = cast.admin.get(&format!("/v1/doctors/{}/schedule", cast.doctor.id)).await;
            Question {
                if_match: seen.header("etag").map(str::to_owned),
                ..cast.of_doctor(Some(json!({ "rules": [], "horizonDays": 14 })))
            }
        }
        "publishAvailability" => {
            cast.hours += 1;
            let (start, end) = (cast.world.at(cast.hours), cast.world.at(cast.hours + 1));
            cast.of_doctor(Some(json!({ "slots": [{ "start": start, "end": end }] })))
        }
        "withdrawSlot" => {
            let slot = cast.slot().await;
            let mut question = cast.of_doctor(None);
            question.parameters.push(("slotId", slot.slot_id));
            question
        }
        "bookAppointment" => {
            let slot = cast.slot().await;
            plain(json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id }))
        }
        "viewAppointment" | "startPayment" | "extendHold" | "previewCancellation" => cast.of_visit(None).await,
        "rescheduleAppointment" => {
            let slot = cast.slot().await;
            let to = cast.slot().await;
            let visit = cast.patient.has_visit(&slot).await;
            let id = visit["id"].as_str().unwrap().to_owned();
            let body = Some(json!({ "slotId": to.slot_id }));
            Question { parameters: vec![("appointmentId", id)], body, visit: Some(visit), ..Question::default() }
        }
        "cancelAppointment" => cast.of_visit(Some(json!({}))).await,
        "checkIn" | "beginVisit" => Cast::about(cast.open_visit().await, None),
        "completeVisit" => {
            let visit = cast.open_visit().await;
            let _ = cast.doctor.steps(&visit, "begin").await.ok();
            Cast::about(visit, None)
        }
        "recordOutcome" => {
            let visit = cast.open_visit().await;
            cast.world.minutes_pass(70).await;
            Cast::about(visit, Some(json!({ "outcome": "completed" })))
        }
        "viewCalendarFeed" => {
            let made = cast.patient.post("/v1/me/calendar-feed", json!({})).await.ok();
            let token = made["path"].as_str().and_then(|path| path.rsplit('/').next()).unwrap().to_owned();
            Question { parameters: vec![("token", token)], ..Question::default() }
        }
        "listAppointments" => Question { query: format!("?patientId={}", cast.patient.id), ..Question::default() },
        "confirmPayment" => {
            let visit = cast.visit().await;
            let paid = cast.patient.pays(&visit).await;
            let body = json!({
                "razorpayOrderId": paid.order_id, "razorpayPaymentId": paid.payment_id, "razorpaySignature": paid.signature,
            });
            let payment = visit["paymentId"].as_str().unwrap().to_owned();
            Question { parameters: vec![("paymentId", payment)], visit: Some(visit), ..plain(body) }
        }
        "listPayments" => Question { query: format!("?patientId={}", cast.patient.id), ..Question::default() },
        "viewPayment" | "viewReceipt" | "downloadReceipt" => cast.of_payment(None).await,
        "refundPayment" => cast.of_payment(Some(json!({ "amount": 100, "reason": "Late" }))).await,
        "retryRefund" => {
            let after = jiff::SignedDuration::from_secs(1);
            cast.world.stack.services().razorpay.set_refund_mode(local_razorpay::RefundMode::Failed { after });
            let mut question = cast.of_payment(None).await;
            let visit = question.visit.clone().unwrap();
            let _ = cast.doctor.cancels(&visit).await.ok();
            cast.world.settles().await;
            let payment =
                cast.patient.get(&format!("/v1/payments/{}", visit["paymentId"].as_str().unwrap())).await.ok();
            let refund = payment["refunds"][0]["id"].as_str().unwrap().to_owned();
            question.parameters.push(("refundId", refund));
            question
        }
        "viewProblemType" => Question { parameters: vec![("problemType", "slot-taken".into())], ..Question::default() },
        unknown => panic!("{unknown} is not classified: say here what it is asked, and look at the table that results"),
    }
}

impl Cast {
    async fn ask(&self, caller: &str, contract: &api::Contract, question: &Question) -> u16 {
        let mut path = contract.path.to_owned();
        for (name, value) in &question.parameters {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let bearer = match caller {
            "anonymous" => None,
            "id-token" => Some(self.id_token().await),
            "[nonadmin]" => return self.invoke(contract, &path, question).await,
            "other-patient" => Some(self.other_patient.token().await),
            "other-doctor" => Some(self.other_doctor.token().await),
            "patient" => Some(self.patient.token().await),
            "doctor" => Some(self.doctor.token().await),
            "admin" => Some(self.admin.token().await),
            other => panic!("who is {other}?"),
        };
        let nobody = self.world.anonymous();
        let mut request = nobody.sends(contract.verb.as_http(), &format!("{path}{}", question.query));
        for (name, value) in self.headers(contract, question, bearer) {
            request = request.header(name, &value);
        }
        if let Some(body) = &question.body {
            request = request.json(body.clone());
        }
        request.await.status()
    }

    fn headers(
        &self,
        contract: &api::Contract,
        question: &Question,
        bearer: Option<String>,
    ) -> Vec<(&'static str, String)> {
        let mut headers = vec![];
        headers.extend(contract.idempotent.then(|| ("idempotency-key", self.world.key())));
        headers.extend(question.if_match.clone().map(|etag| ("if-match", etag)));
        headers.extend(bearer.map(|token| ("authorization", format!("Bearer {token}"))));
        headers
    }

    /// The event that API Gateway would make of a token whose only group is called `nonadmin`.
    async fn invoke(&self, contract: &api::Contract, path: &str, question: &Question) -> u16 {
        let sub = &self.outsider.id;
        let token = self.outsider.token().await;
        let mut headers: serde_json::Map<String, Value> = self
            .headers(contract, question, Some(token))
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        headers.insert("content-type".into(), "application/json".into());
        let (method, now) = (contract.verb.as_http().to_string(), self.world.now());
        let claims = json!({
            "sub": sub, "username": sub, "token_use": "access", "client_id": HEADLESS_CLIENT, "cognito:groups": "[nonadmin]",
            "iat": now.as_second().to_string(), "exp": (now.as_second() + 900).to_string(),
        });
        let parameters: serde_json::Map<String, Value> =
            question.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let query = question.query.trim_start_matches('?');
        let queried: serde_json::Map<String, Value> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let event = json!({
            "version": "2.0", "routeKey": format!("{method} {}", contract.path), "rawPath": path, "rawQueryString": query,
            "headers": headers, "pathParameters": parameters, "queryStringParameters": queried,
            "body": question.body.as_ref().map(Value::to_string), "isBase64Encoded": false,
            "requestContext": {
                "accountId": "000000000000", "apiId": "local", "domainName": "127.0.0.1", "domainPrefix": "local",
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "tests" },
                "requestId": self.world.key(), "routeKey": format!("{method} {}", contract.path), "stage": "$default",
                "time": "23/Nov/2026:03:00:00 +0000", "timeEpoch": now.as_millisecond(),
                "authorizer": { "jwt": { "claims": claims, "scopes": null } },
            },
        });
        let answer = self.world.stack.invoke(&logical_id(contract.id), &event.to_string(), "nonadmin").await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap()
    }

    /// The ID token of the patient, straight from the pool: the API gives none out.
    async fn id_token(&self) -> String {
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": HEADLESS_CLIENT,
            "AuthParameters": { "USERNAME": self.patient.email, "PASSWORD": "Correct-horse-9-battery" },
        });
        let request = Request::post("http://cognito-idp.local/")
            .header("x-amz-target", "AWSCognitoIdentityProviderService.InitiateAuth")
            .header("content-type", "application/x-amz-json-1.1")
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = self.world.stack.services().pool.handle(request).await;
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        answer["AuthenticationResult"]["IdToken"].as_str().expect("an ID token").to_owned()
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let mut table = format!("{:<22}", "operation");
    for caller in CALLERS {
        let _ = write!(table, "{caller:>15}");
    }
    table.push('\n');
    for operation in contexts().iter().flat_map(|context| context.operations) {
        let contract = operation.contract();
        let mut cast = Cast::assembled().await;
        let _ = write!(table, "{:<22}", contract.id);
        for caller in CALLERS {
            let question = question(contract.id, &mut cast).await;
            let status = cast.ask(caller, contract, &question).await;
            let _ = write!(table, "{status:>15}");
            if let Some(visit) = &question.visit {
                // So that the next one meets no limit of holds.
                let _ = cast.admin.cancels(visit).await;
            }
        }
        table.push('\n');
    }
    is_current("tests/snapshots/authorization.txt", &table);
}

#[test]
fn nobody_unknown_gets_further_than_the_public_endpoints() {
    let table = system_tests::repository::read("tests/snapshots/authorization.txt");
    let public: Vec<&str> = contexts()
        .iter()
        .flat_map(|context| context.operations)
        .map(|operation| operation.contract())
        .filter(|contract| contract.access == api::Access::Public)
        .map(|contract| contract.id)
        .collect();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let is_public = public.contains(&cells[0]);
        for (caller, status) in CALLERS.iter().zip(&cells[1..]) {
            assert!(!status.starts_with('5'), "{row}");
            if matches!(*caller, "anonymous" | "id-token") {
                assert_eq!(*status == "401", !is_public, "{caller}: {row}");
            }
        }
    }
}
