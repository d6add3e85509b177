//! Doctors come, are found, publish their time, and go.

use scenario::scenario;
use serde_json::{Value, json};
use system_tests::{Person, World};

async fn found(person: &Person, query: &str) -> Vec<String> {
    let page = person.get(&format!("/v1/doctors?{query}")).await.ok();
    names(&page)
}

fn names(page: &Value) -> Vec<String> {
    page["doctors"].as_array().unwrap().iter().map(|doctor| doctor["name"].as_str().unwrap().to_owned()).collect()
}

#[scenario]
async fn a_doctor_is_found_by_speciality_language_and_words_of_the_name() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    let tamil = json!({ "languages": ["ta"], "specialities": ["dermatology"] });
    let _iyer = world.doctor("Meera Iyer").await;
    let _menon = world.doctor("Meenakshi Nair").await;
    let _bose = world.doctor_with("Arjun Bose", tamil).await;

    assert_eq!(found(&asha, "").await, ["Arjun Bose", "Meenakshi Nair", "Meera Iyer"]);
    assert_eq!(found(&asha, "name=mee").await, ["Meenakshi Nair", "Meera Iyer"]);
    assert_eq!(found(&asha, "speciality=cardiology&name=Meera").await, ["Meera Iyer"]);
    assert_eq!(found(&asha, "language=ta").await, ["Arjun Bose"]);
    assert_eq!(found(&asha, "speciality=cardiology&language=ta").await, Vec::<String>::new());
}

#[scenario]
async fn a_doctor_is_found_without_title_order_accents_script_and_with_a_typo() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    for (email, name) in
        [("Meera K", "Dr. Meera Krishnan"), ("Jose F", "José Fernandes"), ("Anita S", "डॉ. अनीता शर्मा")]
    {
        let _ = world.doctor_with(email, json!({ "name": name })).await;
    }
    for query in [
        "meera",
        "krishnan",
        "Dr%20Meera",
        "Krishnan%20meera",
        "krishna",
        "mira",
        "mera",
        "%E0%A4%AE%E0%A5%80%E0%A4%B0%E0%A4%BE",
    ] {
        assert_eq!(found(&asha, &format!("name={query}")).await, ["Meera Krishnan"], "{query}");
    }
    for query in ["jose", "jos%C3%A9", "jose%CC%81", "JOSE"] {
        assert_eq!(found(&asha, &format!("name={query}")).await, ["José Fernandes"], "{query}");
    }
    for query in ["anita", "sharma%20anita", "%E0%A4%B6%E0%A4%B0%E0%A5%8D%E0%A4%AE%E0%A4%BE"] {
        assert_eq!(found(&asha, &format!("name={query}")).await, ["अनीता शर्मा"], "{query}");
    }
    assert_eq!(found(&asha, "name=dr").await, ["अनीता शर्मा", "José Fernandes", "Meera Krishnan"]);
    asha.get("/v1/doctors?name=%E2%80%8B").await.invalid(&["#/name"]);
}

#[scenario]
async fn a_doctor_has_one_title_wherever_the_name_is_shown() {
    let world = World::start().await;
    let asha = world.patient("Asha Rao").await;
    for (number, (title, name, shown)) in [
        (None, "DR. ANAND RAO", "Dr. ANAND RAO"),
        (None, "Dr Anand", "Dr. Anand"),
        (None, "Anand", "Dr. Anand"),
        (None, "Prof. Dr. Anand", "Prof. Dr. Anand"),
        (Some("Prof."), "Dr. Anand", "Prof. Anand"),
        (Some(""), "Dr. Anand", "Anand"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut changes = json!({ "name": name, "fee": 0 });
        if let Some(title) = title {
            changes["title"] = json!(title);
        }
        let doctor = world.doctor_with(&format!("Doctor {number}"), changes).await;
        assert_eq!(asha.get(&format!("/v1/doctors/{}", doctor.id)).await.ok()["displayName"], shown);
        let slot = doctor.publishes_many(1, 30).await.remove(0);
        let visit = asha.books(&slot).await.created();
        assert_eq!(visit["doctorName"], shown);
        let _ = asha.cancels(&visit).await;
        world.settles().await;
        let mails = format!("{:?}", world.mails_to(&asha.email).iter().map(|mail| &mail.message).collect::<Vec<_>>());
        assert!(mails.contains(shown) && !mails.to_lowercase().contains("dr. dr"), "{mails}");
    }
}

#[scenario]
async fn specialities_and_languages_are_named_by_any_of_their_words() {
    let world = World::start().await;
    let (asha, admin) = (world.patient("Asha Rao").await, world.admin().await);
    let visitor = world.anonymous();
    let _ = world
        .doctor_with(
            "Meera Iyer",
            json!({ "specialities": ["Heart", "General physician"], "languages": ["Hindi", "en_in"] }),
        )
        .await;

    let list = visitor.get("/v1/specialities").await.ok();
    let cardiology = list["specialities"].as_array().unwrap().iter().find(|it| it["code"] == "cardiology").unwrap();
    assert_eq!(cardiology["name"], json!({ "en": "Cardiology", "hi": "हृदय रोग" }));
    for word in cardiology["synonyms"].as_array().unwrap() {
        let word: String = word.as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(found(&asha, &format!("speciality={word}")).await, ["Meera Iyer"], "{word}");
    }
    let list = visitor.get("/v1/languages").await.ok();
    assert!(list["languages"].as_array().unwrap().iter().any(|it| it["code"] == "hi" && it["name"]["en"] == "Hindi"));
    for language in ["hi", "hi-IN", "Hindi", "en", "en-in", "english"] {
        assert_eq!(found(&asha, &format!("language={language}")).await, ["Meera Iyer"], "{language}");
    }
    assert_eq!(found(&asha, "language=en-GB").await, Vec::<String>::new());
    let seen = asha.get("/v1/doctors").await.ok();
    assert_eq!(seen["doctors"][0]["specialities"], json!(["cardiology", "general-medicine"]));
    assert_eq!(seen["doctors"][0]["languages"], json!(["hi", "en-IN"]));

    for path in ["/v1/doctors?speciality=cardiolgy", "/v1/slots?speciality=cardiolgy"] {
        let refused = asha.get(path).await.problem("invalid-request");
        assert_eq!(refused["errors"][0]["pointer"], "#/speciality");
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("cardiology"), "{refused}");
    }
    asha.get("/v1/doctors?language=klingon").await.invalid(&["#/language"]);
    let body = json!({
        "email": "new.doctor@example.com", "name": "Ravi Kumar", "registrationNumber": "TNMC/2011/77", "qualification": "MBBS",
        "specialities": ["paediatrics", "astrology"], "languages": ["ta", "xx"], "fee": 0, "zone": "Asia/Kolkata",
    });
    admin.post("/v1/doctors", body).idempotency_key("k").await.invalid(&["#/specialities/1", "#/languages/1"]);
}

#[scenario]
async fn a_search_is_read_page_by_page_and_a_page_belongs_to_its_search() {
    let world = World::start().await;
    let (asha, other) = (world.patient("Asha Rao").await, world.patient("Vikram Shah").await);
    for name in ["Anil Das", "Bina Das", "Chitra Das"] {
        let _ = world.doctor(name).await;
    }
    let first = asha.get("/v1/doctors?speciality=cardiology&limit=2").await.ok();
    assert_eq!(names(&first), ["Anil Das", "Bina Das"]);
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = asha.get(&format!("/v1/doctors?speciality=cardiology&limit=2&cursor={cursor}")).await.ok();
    assert_eq!(names(&second), ["Chitra Das"]);
    assert!(second["nextCursor"].is_null());
    asha.get(&format!("/v1/doctors?language=hi&limit=2&cursor={cursor}")).await.invalid(&["#/cursor"]);
    other.get(&format!("/v1/doctors?speciality=cardiology&limit=2&cursor={cursor}")).await.invalid(&["#/cursor"]);
}

#[scenario]
async fn a_doctor_is_registered_once_and_a_repeated_request_gets_the_same_answer() {
    let world = World::start().await;
    let admin = world.admin().await;
    let body = json!({
        "email": "new.doctor@example.com", "name": "Ravi Kumar", "registrationNumber": "TNMC/2011/77",
        "qualification": "MBBS", "specialities": ["paediatrics"], "languages": ["ta", "en"], "fee": 30_000, "zone": "Asia/Kolkata",
    });
    let register = |key: &str, body: &Value| admin.post("/v1/doctors", body.clone()).idempotency_key(key);
    let first = register("a", &body).await;
    let second = register("a", &body).await;
    assert_eq!(first.text(), second.text());
    let doctor = first.created();
    let seen = admin.get(&format!("/v1/doctors/{}", doctor["id"].as_str().unwrap())).await.ok();
    assert_eq!(seen["name"], "Ravi Kumar");
    // The account is the doctor's own: an invitation was mailed.
    assert!(!world.mails_to("new.doctor@example.com").is_empty());

    let mut cheaper = body.clone();
    cheaper["fee"] = json!(10_000);
    let _ = register("a", &cheaper).await.problem("idempotency-key-reused");
    let _ = register("b", &body).await.problem("already-registered");
    let mut twin = body.clone();
    twin["email"] = json!("another@example.com");
    let _ = register("c", &twin).await.problem("already-registered");
    // Another spelling of the number is the same number.
    for (key, number) in [("d", "TNMC 2011 77"), ("e", "tnmc-2011-77"), ("f", "TNMC201177")] {
        twin["registrationNumber"] = json!(number);
        let _ = register(key, &twin).await.problem("already-registered");
    }
}

#[scenario]
async fn a_doctor_changes_what_patients_see() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let path = format!("/v1/doctors/{}", iyer.id);
    let seen = asha.get(&path).await;
    let etag = seen.header("etag").unwrap().to_owned();
    let change = json!({
        "name": "Meera S. Iyer", "qualification": "MBBS, DM", "specialities": ["neurology"], "languages": ["kn"], "fee": 70_000,
        "zone": "Asia/Kolkata",
    });
    let _ = iyer.put(&path, change.clone()).await.problem("precondition-required");
    let _ = iyer.put(&path, change.clone()).if_match(&etag).await.ok();
    let _ = iyer.put(&path, change).if_match(&etag).await.problem("version-mismatch");
    assert_eq!(asha.get(&path).await.ok()["fee"], 70_000);
    assert_eq!(found(&asha, "speciality=neurology").await, ["Meera S. Iyer"]);
    assert_eq!(found(&asha, "speciality=cardiology").await, Vec::<String>::new());
}

#[scenario]
async fn a_doctor_describes_herself_until_she_takes_the_description_back() {
    let world = World::start().await;
    let (asha, admin) = (world.patient("Asha Rao").await, world.admin().await);
    let mut body = json!({
        "name": "Ravi Kumar", "qualification": "MBBS", "specialities": ["paediatrics"], "languages": ["ta"], "fee": 30_000,
        "zone": "Asia/Kolkata", "bio": "  Twenty years with children.\r\nHe listens first. ",
    });
    let mut registration = body.clone();
    registration["email"] = json!("ravi@example.com");
    registration["registrationNumber"] = json!("TNMC/2011/77");
    let doctor = admin.post("/v1/doctors", registration).idempotency_key("a").await.created();
    let path = format!("/v1/doctors/{}", doctor["id"].as_str().unwrap());
    let bio = async || asha.get(&path).await.ok()["bio"].clone();
    let described = json!("Twenty years with children.\nHe listens first.");
    assert_eq!(bio().await, described);
    // The list has the number by which a patient verifies the doctor, and no description.
    let listed = asha.get("/v1/doctors").await.ok()["doctors"][0].clone();
    assert_eq!((&listed["registrationNumber"], &listed["bio"]), (&json!("TNMC/2011/77"), &Value::Null));

    body.as_object_mut().unwrap().remove("bio");
    let replaces = async |body: &Value| {
        let etag = admin.get(&path).await.header("etag").unwrap().to_owned();
        let _ = admin.put(&path, body.clone()).if_match(&etag).await.ok();
    };
    replaces(&body).await;
    assert_eq!(bio().await, described, "an update without the field does not change it");
    body["bio"] = json!(" ");
    replaces(&body).await;
    assert_eq!(bio().await, Value::Null);
}

#[scenario]
async fn a_suspended_doctor_is_neither_listed_nor_booked_and_the_visits_are_cancelled_and_refunded() {
    let world = World::start().await;
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let slots = iyer.publishes_many(3, 30).await;
    let paid = asha.has_visit(&slots[0]).await;
    let held = asha.books(&slots[1]).await.created();

    let _ = admin.suspends(&iyer).await;
    world.settles().await;
    assert_eq!(found(&asha, "").await, Vec::<String>::new());
    assert!(asha.free_slots(&iyer.id).await.is_empty());
    let _ = asha.books(&slots[2]).await.problem("doctor-unavailable");
    for visit in [&paid, &held] {
        let seen = asha.views(visit).await.ok();
        assert_eq!((seen["status"].as_str(), seen["cancelledBy"].as_str()), (Some("cancelled"), Some("suspension")));
    }
    let ledger = world.stack.services().razorpay.ledger();
    assert_eq!((ledger.captured(), ledger.refunded()), (50_000, 50_000));
}

#[scenario]
async fn a_reinstated_doctor_is_found_and_booked_and_keeps_the_visits_that_were_not_cancelled_yet() {
    let world = World::start().await;
    let (asha, iyer, admin) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await, world.admin().await);
    let slots = iyer.publishes_many(3, 30).await;
    let kept = asha.has_visit(&slots[0]).await;
    let listed = async || {
        let list = admin.get("/v1/doctors/suspended").await.ok();
        let doctors = list["doctors"].as_array().unwrap().clone();
        doctors.iter().map(|it| (it["doctor"]["name"].clone(), it["reason"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, []);

    // The sweep comes after the reinstatement.
    let _ = admin.suspends(&iyer).await.ok();
    assert_eq!(listed().await, [(json!("Meera Iyer"), json!("Registration lapsed"))]);
    assert_eq!(admin.reinstates(&iyer).await.ok()["standing"], "active");
    world.settles().await;
    assert_eq!(asha.views(&kept).await.ok()["status"], "confirmed");
    assert_eq!(listed().await, []);
    assert_eq!(found(&asha, "").await, ["Meera Iyer"]);
    let _ = asha.books(&slots[1]).await.created();

    // A repetition changes nothing, and the doctor's own wish is not enough.
    assert_eq!(admin.reinstates(&iyer).await.ok()["standing"], "active");
    let path = format!("/v1/doctors/{}/reinstate", iyer.id);
    let _ = iyer.post(&path, json!({})).await.problem("forbidden");

    // A visit that the sweep cancelled stays cancelled, and the slot is free again.
    let _ = admin.suspends(&iyer).await.ok();
    // The list follows a new name.
    let doctor = format!("/v1/doctors/{}", iyer.id);
    let etag = admin.get(&doctor).await.header("etag").unwrap().to_owned();
    let change = json!({
        "name": "Meera S. Iyer", "qualification": "MBBS, DM", "specialities": ["cardiology"], "languages": ["en"], "fee": 50_000,
        "zone": "Asia/Kolkata",
    });
    let _ = admin.put(&doctor, change).if_match(&etag).await.ok();
    assert_eq!(listed().await, [(json!("Meera S. Iyer"), json!("Registration lapsed"))]);
    world.settles().await;
    let _ = admin.reinstates(&iyer).await.ok();
    world.settles().await;
    assert_eq!(asha.views(&kept).await.ok()["cancelledBy"], "suspension");
    assert!(asha.free_slots(&iyer.id).await.contains(&slots[0].slot_id));
    let earliest = asha.get("/v1/slots?speciality=cardiology").await.ok();
    assert_eq!(earliest["slots"][0]["doctorId"], iyer.id.as_str());
}

#[scenario]
async fn weekly_hours_become_slots_and_publishing_them_again_changes_nothing() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let rule = json!({ "rule": {
        "from": "2026-11-24", "to": "2026-11-30", "weekdays": ["tuesday", "thursday"], "start": "10:00", "end": "11:30",
        "slotMinutes": 30, "bufferMinutes": 15,
    }});
    let path = format!("/v1/doctors/{}/slots", iyer.id);
    let first = iyer.post(&path, rule.clone()).await.ok();
    assert_eq!(first, json!({ "published": 4, "alreadyPublished": 0 }));
    let again = iyer.post(&path, rule).await.ok();
    assert_eq!(again, json!({ "published": 0, "alreadyPublished": 4 }));
    // Ten o'clock in India is half past four in UTC.
    let free = asha.free_slots(&iyer.id).await;
    assert_eq!(free, ["20261124T0430Z", "20261124T0515Z", "20261126T0430Z", "20261126T0515Z"]);
    let crossing = json!({ "slots": [{ "start": "2026-11-24T04:45:00Z", "end": "2026-11-24T05:00:00Z" }] });
    let _ = iyer.post(&path, crossing).await.problem("slots-overlap");
    assert_eq!(asha.free_slots(&iyer.id).await, free);
}

#[scenario]
async fn a_free_slot_is_withdrawn_and_a_held_one_stays() {
    let world = World::start().await;
    let (asha, iyer) = (world.patient("Asha Rao").await, world.doctor("Meera Iyer").await);
    let slots = iyer.publishes_many(2, 30).await;
    iyer.withdraws(&slots[0]).await.no_content();
    iyer.withdraws(&slots[0]).await.no_content();
    let _ = asha.books(&slots[0]).await.problem("slot-taken");
    let _ = asha.books(&slots[1]).await.created();
    let _ = iyer.withdraws(&slots[1]).await.problem("slot-in-use");
    assert!(asha.free_slots(&iyer.id).await.is_empty());
    // An unpaid slot is free again, and may be withdrawn.
    world.holds_end().await;
    iyer.withdraws(&slots[1]).await.no_content();
}
