//! Authorization: every endpoint, called by each kind of caller, as a table that is checked in and reviewed.
//!
//! Each question is a request that succeeds for an entitled caller. An endpoint that takes more than the id of a doctor, a visit or a
//! payment, and is not in [`question`], fails the test: it has to be classified before it is served.
//!
//! The same answers show that the audit trail is complete: what each request left in it is compared with what its contract demands
//! ([`api::Contract::is_audited`]), and is checked in as a table, too.

use api::openapi::Registry;
use bytes::Bytes;
use domain::access::Role;
use http::Request;
use local::functions::contexts;
use local::services::HEADLESS_CLIENT;
use local::stack::logical_id;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use system_tests::repository::is_current;
use system_tests::{Browser, Doctor, Patient, Person, World};

/// Who asks, in the order of asking: whose success changes most comes last.
const CALLERS: [&str; 10] = [
    "anonymous",
    "id-token",
    "[nonadmin]",
    "weak-doctor",
    "weak-admin",
    "other-patient",
    "other-doctor",
    "patient",
    "doctor",
    "admin",
];

pub(crate) struct Cast {
    pub(crate) world: World,
    pub(crate) patient: Patient,
    other_patient: Patient,
    pub(crate) doctor: Doctor,
    other_doctor: Doctor,
    pub(crate) admin: Person,
    outsider: Person,
    hours: i64,
}

/// One well-formed request.
#[derive(Default)]
pub(crate) struct Question {
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) query: String,
    pub(crate) body: Option<Value>,
    pub(crate) if_match: Option<String>,
    /// Further headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The visit that was made for it, to be cancelled afterwards.
    pub(crate) visit: Option<Value>,
}

impl Cast {
    pub(crate) async fn assembled() -> Self {
        let world = World::start().await;
        let cast = Cast {
            patient: world.patient("Asha Rao").await,
            other_patient: world.patient("Vikram Shah").await,
            doctor: world.doctor("Meera Iyer").await,
            other_doctor: world.doctor("Arjun Bose").await,
            // Not the administrator who reads the trail: a change of the password would lock that one out.
            admin: world.person("Kavita Menon", &["admin"]).await,
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

    /// The patient with an authenticator app; gives back a code that no request has used.
    async fn code_of_patient(&mut self) -> String {
        self.world.minutes_pass(2).await;
        self.patient.logs_in().await;
        if !self.patient.has_authenticator() {
            let _ = self.patient.enrols().await;
            self.patient.logs_in().await;
        }
        self.world.minutes_pass(1).await;
        // The next one: a log-in between question and answer uses the present one.
        self.patient.code_in(30)
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

    /// To wait for the doctor in an hour far ahead, in which no slot is released.
    fn wish(&mut self) -> Value {
        self.hours += 1;
        let hours = 24 * 60 + self.hours;
        json!({ "doctorId": self.doctor.id, "from": self.world.at(hours), "to": self.world.at(hours + 1) })
    }

    async fn of_wish(&self, wish: Value) -> Question {
        let entry = self.patient.post("/v1/waitlist", wish).idempotency_key(&self.world.key()).await.created();
        Question { parameters: vec![("entryId", entry["id"].as_str().unwrap().to_owned())], ..Question::default() }
    }

    /// What the patient waits for.
    async fn of_entry(&mut self) -> Question {
        let wish = self.wish();
        self.of_wish(wish).await
    }

    /// What the patient waits for, and is offered, since another patient does not need it.
    async fn of_offer(&mut self) -> Question {
        let slot = self.slot().await;
        let visit = self.other_patient.has_visit(&slot).await;
        let wish = json!({ "doctorId": slot.doctor_id, "from": slot.start, "to": slot.end });
        let question = self.of_wish(wish).await;
        let _ = self.other_patient.cancels(&visit).await.ok();
        let body = Some(json!({ "doctorId": slot.doctor_id, "slotId": slot.slot_id }));
        Question { body, ..question }
    }

    /// A question about the account of the other patient.
    fn of_user(&self, body: Option<Value>) -> Question {
        Question { parameters: vec![("userId", self.other_patient.id.clone())], body, ..Question::default() }
    }

    fn of_doctor(&self, body: Option<Value>) -> Question {
        Question { parameters: vec![("doctorId", self.doctor.id.clone())], body, ..Question::default() }
    }
}

/// A question to an operation that its rightful caller would get a good answer to.
pub(crate) async fn question(operation: &str, cast: &mut Cast) -> Question {
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
        "resendConfirmation" | "requestPasswordReset" => plain(json!({ "email": cast.patient.email })),
        "resetPassword" => {
            let person = json!({ "email": email });
            let _ = cast.world.anonymous().post("/v1/auth/register", account).await.accepted();
            let code = cast.world.code_mailed_to(&email);
            let confirmation = json!({ "email": email, "code": code });
            cast.world.anonymous().post("/v1/auth/confirm", confirmation).await.no_content();
            let _ = cast.world.anonymous().post("/v1/auth/forgot-password", person).await.accepted();
            let code = cast.world.code_mailed_to(&email);
            plain(json!({ "email": email, "code": code, "password": "Monsoon-clouds-2027" }))
        }
        "changePassword" => plain(json!({ "current": "Correct-horse-9-battery", "new": "Monsoon-clouds-2027" })),
        "answerChallenge" => {
            let person = cast.world.person(&number, &["patient"]).await;
            let _ = person.enrols().await;
            let login = json!({ "email": person.email, "password": "Correct-horse-9-battery" });
            let challenge = cast.world.anonymous().post("/v1/auth/login", login).await.ok();
            plain(json!({ "email": person.email, "session": challenge["session"], "code": person.code() }))
        }
        "recoverAccount" => {
            let person = cast.world.person(&number, &["patient"]).await;
            let codes = person.enrols().await;
            let password = "Correct-horse-9-battery";
            plain(json!({ "email": person.email, "password": password, "recoveryCode": codes[0] }))
        }
        "beginAuthenticator" => plain(json!({ "password": "Correct-horse-9-battery" })),
        "confirmAuthenticator" => {
            let mut body = json!({ "password": "Correct-horse-9-battery", "code": "000000" });
            cast.world.minutes_pass(2).await;
            cast.patient.logs_in().await;
            if !cast.patient.has_authenticator() {
                let begun =
                    cast.patient.post("/v1/me/authenticator", json!({ "password": body["password"] })).await.ok();
                let secret = begun["secret"].as_str().unwrap();
                let soon = cast.world.now() + jiff::SignedDuration::from_secs(30);
                body["code"] = cognito_emulator::totp::code_at(secret, soon).unwrap().into();
                cast.patient.has_new_authenticator(secret);
            }
            plain(body)
        }
        "renewRecoveryCodes" | "removeAuthenticator" => {
            plain(json!({ "password": "Correct-horse-9-battery", "code": cast.code_of_patient().await }))
        }
        "resetAuthenticator" => {
            Question { parameters: vec![("userId", cast.patient.id.clone())], ..Question::default() }
        }
        "logIn" => plain(json!({ "email": cast.patient.email, "password": "Correct-horse-9-battery" })),
        "refreshSession" => {
            let login = json!({ "email": cast.patient.email, "password": "Correct-horse-9-battery" });
            let session = cast.world.anonymous().post("/v1/auth/login", login).await.ok();
            plain(json!({ "refreshToken": session["refreshToken"] }))
        }
        "openSession" => {
            let tokens = Browser::new(&cast.world).logs_in(&cast.patient, "openid email").await;
            Question { headers: from_app(None), ..plain(json!({ "refreshToken": tokens["refresh_token"] })) }
        }
        "renewSession" => {
            let mut browser = Browser::new(&cast.world);
            let _ = browser.opens_session(&cast.patient).await;
            Question { headers: from_app(browser.session_cookie()), ..Question::default() }
        }
        "closeSession" => Question { headers: from_app(None), ..Question::default() },
        "updateMe" => {
            Question { if_match: Some("\"1\"".into()), ..plain(json!({ "name": "New Name", "zone": "Asia/Kolkata" })) }
        }
        "replaceEmergencyContacts" => Question { if_match: Some("\"1\"".into()), ..plain(json!({ "contacts": [] })) },
        "updatePreferences" => Question {
            if_match: Some("\"1\"".into()),
            ..plain(json!({ "language": "hi", "zone": "Asia/Kolkata", "reminders": "none" }))
        },
        "registerDoctor" => plain(json!({
            "email": email, "name": "Ravi Kumar", "registrationNumber": number, "qualification": "MBBS",
            "specialities": ["paediatrics"], "languages": ["ta"], "fee": 30_000, "zone": "Asia/Kolkata",
        })),
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
        "viewUser" | "disableUser" | "enableUser" => cast.of_user(None),
        "changeRoles" => Question { if_match: Some("*".into()), ..cast.of_user(Some(json!({ "roles": ["lab"] }))) },
        "suspendDoctor" => cast.of_doctor(Some(json!({ "reason": "Registration lapsed" }))),
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
        "listEarliestSlots" => Question { query: "?speciality=cardiology".to_owned(), ..Question::default() },
        "bookEarliest" => {
            let _ = cast.slot().await;
            cast.world.settles().await;
            plain(json!({ "speciality": "cardiology" }))
        }
        "bookSeries" => {
            let slots = [cast.slot().await.slot_id, cast.slot().await.slot_id];
            plain(json!({ "doctorId": cast.doctor.id, "slotIds": slots }))
        }
        "previewSeries" => {
            let slot = cast.slot().await;
            let query = format!("?doctorId={}&first={}&count=2", slot.doctor_id, slot.slot_id);
            Question { query, ..Question::default() }
        }
        "viewSeries" | "cancelSeries" | "previewSeriesCancellation" => {
            let slots = [cast.slot().await, cast.slot().await].map(|slot| slot.slot_id);
            let wish = json!({ "doctorId": cast.doctor.id, "slotIds": slots });
            let series = cast.patient.post("/v1/series", wish).idempotency_key(&number).await.created();
            for visit in series["occurrences"].as_array().unwrap() {
                let _ = cast.patient.cancels(&json!({ "id": visit["appointmentId"] })).await.ok();
            }
            let id = series["id"].as_str().unwrap().to_owned();
            let body = (operation == "cancelSeries").then(|| json!({}));
            Question { parameters: vec![("seriesId", id)], body, ..Question::default() }
        }
        "joinWaitlist" => plain(cast.wish()),
        "listWaitlist" => Question { query: format!("?patientId={}", cast.patient.id), ..Question::default() },
        "leaveWaitlist" => Question { body: None, ..cast.of_entry().await },
        "prioritiseWaitlistEntry" => Question { body: Some(json!({ "priority": "urgent" })), ..cast.of_entry().await },
        "acceptOffer" | "declineOffer" => cast.of_offer().await,
        "rescheduleAppointment" => {
            let slot = cast.slot().await;
            let to = cast.slot().await;
            let visit = cast.patient.has_visit(&slot).await;
            let id = visit["id"].as_str().unwrap().to_owned();
            let body = Some(json!({ "slotId": to.slot_id }));
            Question { parameters: vec![("appointmentId", id)], body, visit: Some(visit), ..Question::default() }
        }
        "updateAppointment" => {
            let slot = cast.slot().await;
            let visit = cast.patient.has_visit(&slot).await;
            let id = visit["id"].as_str().unwrap().to_owned();
            let body = Some(json!({ "symptoms": ["fever"] }));
            Question {
                parameters: vec![("appointmentId", id)],
                body,
                if_match: Some("\"2\"".into()),
                visit: Some(visit),
                ..Question::default()
            }
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
                "razorpay_order_id": paid.order_id, "razorpay_payment_id": paid.payment_id, "razorpay_signature": paid.signature,
            });
            let payment = visit["paymentId"].as_str().unwrap().to_owned();
            Question { parameters: vec![("paymentId", payment)], visit: Some(visit), ..plain(body) }
        }
        "listPayments" => Question { query: format!("?patientId={}", cast.patient.id), ..Question::default() },
        "refundPayment" => cast.of_payment(Some(json!({ "amount": 100, "reason": "Late" }))).await,
        "retryRefund" => {
            let after = jiff::SignedDuration::from_secs(1);
            cast.world.stack.services().razorpay.set_refund_mode(razorpay_emulator::RefundMode::Failed { after });
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
        "exportAudit" => plain(json!({ "from": "2026-11-01", "to": "2026-11-30" })),
        "holdAuditDay" | "releaseAuditDay" => {
            Question { parameters: vec![("day", "2026-11-20".into())], ..plain(json!({ "reason": "Case 7" })) }
        }
        "apiDocsFile" => Question { parameters: vec![("file", "swagger-ui-bundle.js".into())], ..Question::default() },
        "viewProblemType" => Question { parameters: vec![("problemType", "slot-taken".into())], ..Question::default() },
        other => usual(other, cast).await,
    }
}

/// The headers of a request of the app in a browser.
fn from_app(session: Option<String>) -> Vec<(&'static str, String)> {
    let mut headers = vec![("x-vaidya-app", "1".to_owned())];
    headers.extend(session.map(|cookie| ("cookie", cookie)));
    headers
}

/// The question to an operation that takes nothing but the id of what it is about, or not even that.
async fn usual(id: &str, cast: &mut Cast) -> Question {
    let contexts = contexts();
    let mut operations = contexts.iter().flat_map(|context| context.operations);
    let operation = operations.find(|operation| operation.contract().id == id).unwrap();
    let schema = operation.describe(&mut Registry::default());
    let needed = schema.parameters.iter().filter(|parameter| parameter["required"] == true);
    let needed: Vec<&str> = needed.filter_map(|parameter| parameter["name"].as_str()).collect();
    let has_more = schema.body.is_some() || operation.contract().conditional;
    match needed.as_slice() {
        [] if !has_more => Question::default(),
        ["doctorId"] if !has_more => cast.of_doctor(None),
        ["appointmentId"] if !has_more => cast.of_visit(None).await,
        ["paymentId"] if !has_more => cast.of_payment(None).await,
        _ => panic!("{id} is not classified: say in `question` what it is asked, and look at the table that results"),
    }
}

/// What was answered, and under which id the trail has it; API Gateway's own answers have none of ours.
struct Answered {
    status: u16,
    request: Option<String>,
}

impl Cast {
    async fn ask(&self, caller: &str, contract: &api::Contract, question: &Question) -> Answered {
        let mut path = contract.path.to_owned();
        for (name, value) in &question.parameters {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        let bearer = match caller {
            "anonymous" => None,
            "id-token" => Some(self.id_token().await),
            "[nonadmin]" => return self.invoke(contract, &path, question).await,
            // The doctor and the administrator, after a sign-in without the second factor.
            "weak-doctor" => Some(self.weak_token(&self.doctor)),
            "weak-admin" => Some(self.weak_token(&self.admin)),
            "other-patient" => Some(self.other_patient.token().await),
            "other-doctor" => Some(self.other_doctor.token().await),
            "patient" => Some(self.patient.token().await),
            "doctor" => Some(self.doctor.token().await),
            "admin" => Some(self.admin.token().await),
            other => panic!("who is {other}?"),
        };
        let visitor = self.world.anonymous();
        let mut request = visitor.sends(contract.verb.as_http(), &format!("{path}{}", question.query));
        for (name, value) in self.headers(contract, question, bearer) {
            request = request.header(name, &value);
        }
        if let Some(body) = &question.body {
            request = request.json(body.clone());
        }
        let reply = request.await;
        Answered { status: reply.status(), request: reply.header("x-request-id").map(str::to_owned) }
    }

    /// The events of the trail by the request that left them.
    async fn trail(&self) -> BTreeMap<String, Vec<Value>> {
        let mut trail: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for event in self.world.trail().await {
            trail.entry(event["requestId"].as_str().unwrap().to_owned()).or_default().push(event);
        }
        trail
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
        headers.extend(question.headers.clone());
        headers.extend(bearer.map(|token| ("authorization", format!("Bearer {token}"))));
        headers
    }

    /// The event that API Gateway would make of a token whose only group is called `nonadmin`.
    async fn invoke(&self, contract: &api::Contract, path: &str, question: &Question) -> Answered {
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
            "auth_time": now.as_second().to_string(), "iat": now.as_second().to_string(), "exp": (now.as_second() + 900).to_string(),
        });
        let parameters: serde_json::Map<String, Value> =
            question.parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let query = question.query.trim_start_matches('?');
        let queried: serde_json::Map<String, Value> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let request = self.world.key();
        let event = json!({
            "version": "2.0", "routeKey": format!("{method} {}", contract.path), "rawPath": path, "rawQueryString": query,
            "headers": headers, "pathParameters": parameters, "queryStringParameters": queried,
            "body": question.body.as_ref().map(Value::to_string), "isBase64Encoded": false,
            "requestContext": {
                "accountId": "000000000000", "apiId": "local", "domainName": "127.0.0.1", "domainPrefix": "local",
                "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "tests" },
                "requestId": request, "routeKey": format!("{method} {}", contract.path), "stage": "$default",
                "time": "23/Nov/2026:03:00:00 +0000", "timeEpoch": now.as_millisecond(),
                "authorizer": { "jwt": { "claims": claims, "scopes": null } },
            },
        });
        let answer = self.world.stack.invoke(&logical_id(contract.id), &event.to_string(), "nonadmin").await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap();
        Answered { status, request: Some(request) }
    }

    fn weak_token(&self, person: &Person) -> String {
        self.world.stack.services().pool.seed_session(&person.id, HEADLESS_CLIENT, false)
    }

    /// The ID token of a patient without a second factor, straight from the pool: the API gives none out.
    async fn id_token(&self) -> String {
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": HEADLESS_CLIENT,
            "AuthParameters": { "USERNAME": self.other_patient.email, "PASSWORD": "Correct-horse-9-battery" },
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

impl Question {
    /// The same, with something that the operation does not know.
    fn spoiled(&self) -> Self {
        let body = self.body.is_some().then(|| json!({ "nonsense": 1 }));
        let query = if self.query.is_empty() { "?nonsense=1".to_owned() } else { format!("{}&nonsense=1", self.query) };
        Question {
            body,
            query,
            parameters: self.parameters.clone(),
            if_match: self.if_match.clone(),
            headers: self.headers.clone(),
            visit: None,
        }
    }
}

/// Operations that succeed as well if there is nothing to change.
const MAY_FIND_NOTHING_TO_DO: [&str; 3] = ["endCalendarFeed", "cancelSeries", "reinstateDoctor"];

/// A change of the password is two acts: all sessions end, whether or not the pool then takes the password.
const ENDS_SESSIONS_FIRST: [&str; 1] = ["changePassword"];

/// Reads that give what they show a number when it is asked for first.
const NUMBERS_WHAT_IT_SHOWS: [&str; 2] = ["viewReceipt", "downloadReceipt"];

/// What a request has to leave in the trail, by what is agreed about its operation and how it was answered: how many events, and of
/// which type if that is one of the common ones.
fn demanded(contract: &api::Contract, status: u16) -> (usize, Option<&'static str>) {
    let is_public = contract.access == api::Access::Public;
    match status {
        200..300 => (usize::from(contract.is_audited()), None),
        401 if !is_public => (1, Some("AUTHENTICATION_REFUSED")),
        403 => (1, Some("ACCESS_DENIED")),
        400..500 => (usize::from(contract.is_audited()), None),
        other => panic!("{}: {other}", contract.id),
    }
}

/// The types of the events that a request left, after they were compared with what is demanded.
fn left(contract: &api::Contract, asked: &Answered, trail: &BTreeMap<String, Vec<Value>>) -> String {
    let Some(request) = &asked.request else {
        assert_eq!(asked.status, 401, "{}: who answered?", contract.id);
        return String::new();
    };
    let (count, event_type) = demanded(contract, asked.status);
    let of_operation = |event: &&Value| event["operation"] == contract.id;
    let own: Vec<&Value> = trail.get(request).into_iter().flatten().filter(of_operation).collect();
    // Refusals of callers who are not signed in are recorded once for an address and a minute.
    let is_public = contract.access == api::Access::Public && asked.status >= 400;
    let is_unknown = own.is_empty() && (asked.status == 401 || is_public);
    let of_minute = trail.iter().filter(|(request, _)| is_unknown && request.contains('@'));
    let of_minute = of_minute.flat_map(|(_, events)| events).filter(of_operation);
    // Time passes between the questions about some operations, and every minute has a record of its own.
    let events: Vec<&Value> = own.into_iter().chain(of_minute.take(1)).collect();
    let types: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    // Whom the policy hides a thing from is denied; that there is no such thing is not.
    let is_denial = asked.status == 404 && count == 0 && types == ["ACCESS_DENIED"];
    let is_idle = events.is_empty() && asked.status < 300 && MAY_FIND_NOTHING_TO_DO.contains(&contract.id);
    let is_first = types == ["RECEIPT_ISSUED"] && NUMBERS_WHAT_IT_SHOWS.contains(&contract.id);
    let has_ended = types.contains(&"LOGGED_OUT") && ENDS_SESSIONS_FIRST.contains(&contract.id);
    let is_right = events.len() == count + usize::from(has_ended) || is_denial || is_idle || is_first;
    assert!(is_right, "{} answered {} and left {types:?}", contract.id, asked.status);
    for event in events {
        // An operation that ends the caller's sessions refuses a second request with the same token.
        let event_type = event_type
            .filter(|_| event["detail"] != "session-ended")
            .map(|usual| if event["detail"] == "insufficient-user-authentication" { "ACCESS_DENIED" } else { usual });
        assert!(event_type.is_none_or(|demanded| event["type"] == demanded), "{event}");
        assert_eq!(event["outcome"], if asked.status < 400 { "success" } else { "failure" }, "{event}");
        assert_eq!((event["ip"].is_string(), event["userAgent"].is_string()), (true, true), "{event}");
        // A list may be empty.
        let is_list =
            ["APPOINTMENTS_LISTED", "PAYMENTS_LISTED", "USERS_LISTED"].iter().any(|list| event["type"] == *list);
        let is_seen = event["phiAccessed"] == true && !is_list;
        assert!(!is_seen || event["subjects"].as_array().is_some_and(|of| !of.is_empty()), "whose data? {event}");
    }
    types.join(" ")
}

#[tokio::test]
async fn each_caller_may_do_what_the_table_says_and_nothing_else() {
    let mut audit = String::new();
    let mut table = format!("{:<22}", "operation");
    for caller in CALLERS {
        let _ = write!(table, "{caller:>15}");
    }
    table.push('\n');
    for operation in contexts().iter().flat_map(|context| context.operations) {
        let contract = operation.contract();
        let mut cast = Cast::assembled().await;
        let _ = write!(table, "{:<22}", contract.id);
        let mut answers = vec![];
        for caller in CALLERS {
            let question = question(contract.id, &mut cast).await;
            let answer = cast.ask(caller, contract, &question).await;
            let _ = write!(table, "{:>15}", answer.status);
            // The user who has changed the password can't sign in with the former one again.
            if (200..300).contains(&answer.status) && contract.id != "changePassword" {
                // What takes no input repeats itself, which need not be an event.
                answers
                    .extend(Some(cast.ask(caller, contract, &question.spoiled()).await).filter(|it| it.status >= 400));
            }
            answers.push(answer);
            if let Some(visit) = &question.visit {
                // So that the next one meets no limit of holds.
                let _ = cast.admin.cancels(visit).await;
            }
        }
        table.push('\n');
        let trail = cast.trail().await;
        let rows: BTreeSet<(u16, String)> =
            answers.iter().map(|answer| (answer.status, left(contract, answer, &trail))).collect();
        for (status, events) in rows {
            let _ =
                writeln!(audit, "{:<22}{status:>5}  {}", contract.id, if events.is_empty() { "-" } else { &events });
        }
    }
    is_current("tests/snapshots/authorization.txt", &table);
    is_current("tests/snapshots/audit.txt", &audit);
}

#[test]
fn an_unknown_caller_reaches_only_the_public_endpoints() {
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

#[test]
fn staff_without_a_second_factor_reach_what_every_user_reaches_and_nothing_more() {
    let table = system_tests::repository::read("tests/snapshots/authorization.txt");
    let place = |caller: &str| 1 + CALLERS.iter().position(|known| *known == caller).unwrap();
    let contexts = contexts();
    let contracts = || contexts.iter().flat_map(|context| context.operations).map(|operation| operation.contract());
    let mut held_back = 0;
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let contract = contracts().find(|contract| contract.id == cells[0]).unwrap();
        for (weak, strong, role) in [("weak-doctor", "doctor", Role::Doctor), ("weak-admin", "admin", Role::Admin)] {
            let (weak, strong, nobody) = (cells[place(weak)], cells[place(strong)], cells[place("[nonadmin]")]);
            match contract.access {
                // The role decides, so its holder is told to sign in again.
                api::Access::Roles(_) => assert_eq!(weak, "401", "{row}"),
                // A user without any role reaches as much, or the resource's policy has asked for the role.
                _ => assert!(weak == nobody || weak == "401", "{row}"),
            }
            let _ = role;
            held_back += usize::from(weak == "401" && strong.starts_with('2'));
        }
    }
    assert!(held_back > 20, "{held_back}");
}

/// The caller to whom an operation gives a good answer.
fn rightful(contract: &api::Contract) -> &'static str {
    let api::Access::Roles(roles) = contract.access else { return "patient" };
    let has = |role| roles.contains(&role);
    if has(Role::Patient) {
        "patient"
    } else if has(Role::Doctor) {
        "doctor"
    } else {
        "admin"
    }
}

#[tokio::test]
async fn after_a_log_out_the_old_token_shows_no_health_data_and_makes_nothing_that_lasts() {
    let mut lasting = vec![];
    for operation in contexts().iter().flat_map(|context| context.operations) {
        let contract = operation.contract();
        assert!(contract.checks_session || !contract.discloses, "{} discloses to any token", contract.id);
        if !contract.checks_session {
            continue;
        }
        lasting.extend((!contract.discloses).then_some(contract.id));
        let mut cast = Cast::assembled().await;
        let question = question(contract.id, &mut cast).await;
        let caller = rightful(contract);
        let person: &Person = match caller {
            "patient" => &cast.patient,
            "doctor" => &cast.doctor,
            _ => &cast.admin,
        };
        let _ = person.sends(http::Method::POST, "/v1/auth/logout").await.ok();
        let refused = cast.ask(caller, contract, &question).await;
        assert_eq!(refused.status, 401, "{} accepts a token from before the log-out", contract.id);
        cast.world.settles().await;
        person.logs_in().await;
        let answered = cast.ask(caller, contract, &question).await;
        assert!((200..300).contains(&answered.status), "{}: {}", contract.id, answered.status);

        let events = cast.trail().await.remove(&refused.request.unwrap()).unwrap_or_default();
        let [event] = events.as_slice() else { panic!("{} left {events:?}", contract.id) };
        let said = (event["type"].as_str(), event["detail"].as_str(), event["operation"].as_str());
        assert_eq!(said, (Some("REQUEST_REFUSED"), Some("session-ended"), Some(contract.id)));
    }
    // Of the operations that disclose nothing, those whose effect outlives the token.
    assert_eq!(
        lasting,
        [
            "changePassword",
            "beginAuthenticator",
            "confirmAuthenticator",
            "renewRecoveryCodes",
            "removeAuthenticator",
            "resetAuthenticator",
            "disableUser",
            "enableUser",
            "changeRoles",
            "registerDoctor",
            "makeCalendarFeed"
        ]
    );
}
