// Made from openapi.yaml by `npm run api`; do not edit.
export interface paths {
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the API reference
         * @description A page for people that shows the OpenAPI document and can send requests. It loads no files of other hosts. `/` shows it too. For every caller.
         */
        get: operations["apiDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a file of the API reference
         * @description A script or a style sheet that the API reference loads, always compressed with gzip. For every caller.
         */
        get: operations["apiDocsFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check the service
         * @description Answers 200 while the table answers, and 503 otherwise. Most operations work during an outage of another dependency, which has its own alarm. For every caller.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the OpenAPI document
         * @description The document is in OpenAPI 3.1, and is made from the endpoints. For every caller.
         */
        get: operations["openapiDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{problemType}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read about a type of problem
         * @description Explains a type of problem and its remedy. Every refusal has this address as its `type`. For every caller.
         */
        get: operations["viewProblemType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List appointments
         * @description The appointments by the time of their start. Patients and doctors see their own; an administrator names a patient or a doctor. The doctor of a confirmed visit also sees the patient's name, age, sex and telephone number. The list may lag a moment behind, and lacks the reasons of the visits. With a status, a page may have fewer than `limit` items and still have a successor: only a page without `nextCursor` is the last one. Each page is recorded in the audit trail before it is sent. For: patient, doctor, admin.
         */
        get: operations["listAppointments"];
        put?: never;
        /**
         * Hold a free slot of a doctor
         * @description The slot is held for 10 minutes, and never beyond its start; `holdUntil` of the answer is the end of the hold. A payment in time (`startPayment`) confirms the visit; a visit without a fee is confirmed at once. Fee and length follow the kind of visit: a follow-up within the doctor's window after a completed visit has its own fee, and a kind that needs several slots takes the slots that follow without a gap. A patient has at most 20 future visits, at most 3 of them holds, and no two overlap. If several patients request a slot at once, one gets it, and the others get `slot-taken`. A patient who has cancelled 5 visits without a fee to a doctor within 24 hours books no other one until then. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["bookAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View an appointment
         * @description The appointment with what the patient tells the doctor (reason, symptoms, notes) and the reason of a cancellation. An administrator does not see what the patient tells. The doctor of a confirmed visit also sees the patient's name, age, sex, telephone number and emergency contacts. The access is recorded in the audit trail before the answer is sent. For: patient, doctor, admin.
         */
        get: operations["viewAppointment"];
        /**
         * Change what the patient tells the doctor
         * @description Replaces the reason of the visit, the symptoms and the notes for the doctor. The patient can change them until the visit begins, also while it is not paid for. Only the patient and the doctor of the visit can read them. Kind, time and fee stay. For: patient. A body may have at most 1048576 bytes.
         */
        put: operations["updateAppointment"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a visit
         * @description Possible from 30 minutes before the start until the end of the visit, whether or not the patient has checked in. A repeated request changes nothing. For: doctor.
         */
        post: operations["beginVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an appointment
         * @description Possible until the visit begins. The refund is decided by the refund policy and promised in the same transaction: the whole fee if the doctor or an administrator cancels; otherwise the share depends on the time before the start (see `previewCancellation`). The slot of a confirmed visit is offered to the next matching waiting list entry, or is free. A repeated cancellation by the same side gives the same answer. For: patient, doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["cancelAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview the refund of a cancellation
         * @description The refund in paise and its rule, decided as in the cancellation. A patient who cancels gets the whole fee back 24 hours before the start or earlier, 50 percent until 2 hours before it, and nothing after that, unless the deployment has other terms. After a move by the patient it is no more than a cancellation in place of the move would have given. If the doctor or an administrator cancels, the whole fee is refunded. The doctor sees the rule and no amounts. The answer holds for the moment only. The access is recorded in the audit trail before the answer is sent. For: patient, doctor, admin.
         */
        get: operations["previewCancellation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/check-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enter the waiting room
         * @description Possible from 30 minutes before the start until the end of the visit. The patient waits, or joins the visit that the doctor has begun. A repeated check-in changes nothing. For: patient.
         */
        post: operations["checkIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a visit
         * @description The doctor ends the visit. A visit that the doctor does not end is closed automatically 15 minutes after its end, as completed or as a no-show, depending on the parties that joined. A repeated request changes nothing. For: doctor.
         */
        post: operations["completeVisit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/extend-hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get more time to pay, once
         * @description Each hold can be extended once, by 10 minutes, to at most 14 minutes from now, and never beyond the start of the visit. `holdUntil` of the answer is the new end. A repeated request gives the same answer until the hold ends. A hold that is over can't be extended. For: patient.
         */
        post: operations["extendHold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/outcome": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record the outcome of a visit
         * @description For a visit without a recorded attendance, 15 minutes after its end at the earliest. The refund is promised in the same transaction: the whole fee if the doctor was absent. Recording the same outcome again changes nothing. For: doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["recordOutcome"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/payment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get the order that pays for a held appointment
         * @description Each hold has one order, and a repeated request returns the same order. While another request makes the order, the answer is `in-progress` with a Retry-After header. A hold that is over, or has no order and less than 60 seconds left, is answered with `hold-ended`. The request takes no money and confirms nothing. A late payment gets the slot if it is still free, and is refunded otherwise. For: patient.
         */
        post: operations["startPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/{appointmentId}/reschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move an appointment to another slot
         * @description Moves a confirmed visit to another slot of the same doctor. The patient can move a visit up to 3 times, until 2 hours before the start; the doctor or an administrator can move it until it begins, which does not count as a move of the patient. One transaction takes the new slot and releases the old one, which is offered to the next matching waiting list entry or is free. Id, fee and payment stay. A patient who moves a visit and cancels it later gets no more back than for a cancellation in place of the move, and a reduced follow-up moves within its window; a move by the doctor or an administrator takes nothing from the patient. A refused move changes nothing, nor does a move to the current time. For: patient, doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["rescheduleAppointment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/appointments/earliest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold the earliest free slot of a speciality
         * @description Doctors of the speciality are tried in the order of their first free slots, by the rules of `bookAppointment`. A slot that another patient takes first is skipped, and so is a time at which the patient is busy. The slot is held for 10 minutes; without a fee the visit is confirmed at once. `no-free-slot` means that the window has no such slot. After 100 tries without success the answer is 503: the same request searches again, from the slot that is then the earliest. A patient who is often busy can ask with a later `from`. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["bookEarliest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-days/{day}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a day of the audit trail on legal hold
         * @description Every object of the archive with events of that day stays until the day is released, even after its retention. A day has one hold, shared by all administrators. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["holdAuditDay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-days/{day}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Release a day of the audit trail
         * @description Lifts the one hold of the day, even if several requests have set it. Objects whose retention is over are deleted then; other objects stay until its end. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["releaseAuditDay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events
         * @description The events of a period, of one actor, or of some types, categories or severities. The list may lag a moment behind. The administrator's access is recorded in the trail, page by page, before the answer is sent. For: admin.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit-exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export the audit trail
         * @description The answer has URLs, valid until `expiresAt`, of the checkpoints, keys and events of whole days. Together they are an export in the format of docs/audit-format.md, which `verify-audit` verifies. An answer covers some checkpoints, and `next` names where to continue. The export is recorded in the trail before the answer is sent. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["exportAudit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer the challenge of a log-in
         * @description Takes the next step of a log-in for which `logIn` has returned a challenge: `code` for `SOFTWARE_TOKEN_MFA`, `newPassword` for `NEW_PASSWORD_REQUIRED`. Returns the tokens of a new session, or the next challenge. Each attempt is recorded in the audit trail. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["answerChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an e-mail address
         * @description Confirms the address with the code that was sent to it. A wrong code, an expired code, a code for which too many wrong ones were sent (five within an hour) and an address without a registration get the same answer. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["confirmRegistration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a code to reset a forgotten password
         * @description The answer is the same whether or not the address has an account; only its owner learns the difference, from the e-mail. The code is good for an hour and for `resetPassword`. An account gets a few codes within an hour. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a password
         * @description Returns the tokens of a new session. If the account requires more than the password (a one-time code, a new password), returns a challenge instead, which `answerChallenge` takes. Each attempt is recorded in the audit trail. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out on all devices
         * @description Ends all sessions of the caller, on all devices: no refresh token works any more. Every operation that shows health or personal data, `makeCalendarFeed` and `registerDoctor` refuse tokens of earlier sign-ins at once with `session-ended`. The other operations accept an access token until it expires, within 15 minutes. A browser that used the hosted log-in page then opens the address in the answer, which ends its session with that page; until then the page returns without asking for the password. For every signed-in user.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Recover an account with a recovery code
         * @description Removes the lost authenticator app of the account and ends all its sessions. The next log-in asks for the password alone. Each recovery code works once. An unknown address, a wrong password, a wrong or used code and an account without a second factor get the same answer. The owner is notified by e-mail. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["recoverAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh a session
         * @description Exchanges a refresh token for new tokens. The refresh token is then spent, except for a few seconds in which a client whose answer was lost may repeat the request. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an account
         * @description The answer is the same whether or not the address already has an account; only its owner learns the difference, from the e-mail. The account can be used once its address is confirmed (`confirmRegistration`). For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/resend-confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the confirmation code again
         * @description The answer is the same whether or not the address waits for its confirmation; only its owner learns the difference, from the e-mail. The new code takes the place of the earlier ones. An account gets a few codes within an hour. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["resendConfirmation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset a forgotten password
         * @description Sets a new password with the code of `requestPasswordReset`, and ends all sessions of the account. A wrong code, an expired code, a code for which too many wrong ones were sent (five within an hour) and an address without an account get the same answer. Each attempt is recorded in the audit trail. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calendar-feeds/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a calendar feed
         * @description An iCalendar feed for any client that knows the secret address. It shows the next and the latest past visits with time, clinic and doctor, and never a reason, a speciality or a patient. UIDs stay, and `SEQUENCE` grows with each change. `DTSTAMP` is the last change of a visit. With `If-None-Match` or `If-Modified-Since`, a feed that has not changed is answered with 304 and no body. For every caller.
         */
        get: operations["viewCalendarFeed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find doctors
         * @description Lists the doctors who can be booked, by speciality, language and words of the name, sorted by name without the title, page by page. A page may hold fewer doctors than asked for and still have a `nextCursor`. Suspended doctors are not listed. `listAvailableSlots` lists the free slots of a doctor. For every signed-in user.
         */
        get: operations["searchDoctors"];
        put?: never;
        /**
         * Register a doctor
         * @description Registers a doctor after the registration with the medical council was verified. Creates the account (the user pool mails an invitation), adds it to the group of doctors, and writes the doctor. If a step fails, the same request continues from there. A registration number belongs to one doctor; hyphens, spaces, slashes and case do not tell two numbers apart. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["registerDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View a doctor
         * @description Shows a suspended doctor too, because patients look up the doctors of their visits. For every signed-in user.
         */
        get: operations["viewDoctor"];
        /**
         * Replace a doctor's profile
         * @description Replaces the profile that patients see, with the fee and the terms: lengths and fees of the kinds of visits, the follow-up, the daily limit. Booked visits keep the fee and the doctor's name of the time of booking. The registration number and the standing are not changed here. For: admin, doctor. A body may have at most 1048576 bytes.
         */
        put: operations["updateDoctor"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/day": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View a doctor's day
         * @description The visits of a day in the doctor's time zone in order, the waiting patients, and in `changed` the visits that were written after `since`. The doctor sees the name, age, sex and telephone number of each patient with a confirmed visit. The day may lag a moment behind. The request is recorded as an access to the data of every patient on that day. A client that asks again sends the `ETag` in `If-None-Match`: as long as the visits and the waiting patients are the same, the answer is 304, which shows nothing and is no access. For: doctor, admin.
         */
        get: operations["viewDoctorDay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reinstate a doctor
         * @description Ends a suspension: the doctor is listed and can be booked again. Visits that the suspension cancelled stay cancelled; the others stay. The doctor's schedule is published again a moment later. A doctor who is not suspended stays as is. For: admin.
         */
        post: operations["reinstateDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View a doctor's schedule
         * @description Each doctor has a schedule; one that was never written is empty. `outside` lists the slots that are held, offered or booked outside the schedule, including those that were booked while it was being applied. `replaceSchedule` requires the ETag of this answer, and accepts its `schedule` as the body. For: doctor, admin.
         */
        get: operations["viewSchedule"];
        /**
         * Replace a doctor's schedule
         * @description A schedule has weekly hours (with time zone, slot length, pauses and place), other hours on single dates, blocked times, the notice, and the horizon of at most 92 days. Only the schedule is written here. Free slots are added, changed and withdrawn moments later, and each night for one more day. Slots that are held, offered or booked stay; those outside the new schedule are in `outside`, so that they can be moved or cancelled. The answer says how many slots a week has, and warns of hours that may be a mistake. If a change of the clocks skips the local start of a slot, the slot is not published; if it repeats the start, the slot is published once, at the first instant. The length of a slot is in elapsed minutes, also across a change of the clocks. A published slot keeps its instant when the time-zone data changes. For: doctor, admin. A body may have at most 1048576 bytes.
         */
        put: operations["replaceSchedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the free slots of a doctor
         * @description Lists the slots at which a visit of this kind can be booked now, sorted by start, page by page. For a kind that takes several slots, a slot is listed if such a visit can start there. A day on which the daily limit of the doctor is reached has no slots. A slot that is offered to the caller is listed to the caller alone. The list of a suspended or unknown doctor is empty. For every signed-in user.
         */
        get: operations["listAvailableSlots"];
        put?: never;
        /**
         * Publish slots
         * @description Publishes slots from weekly hours or one by one, at most 1000 at once. If one slot breaks a rule, none is published. A slot has at most 480 minutes and overlaps no other slot of the doctor. The same request again adds the missing slots and changes nothing else. Weekly hours are in local time. If a change of the clocks skips the local start of a slot, the slot is not published; if it repeats the start, the slot is published once, at the first instant. The length of a slot is in elapsed minutes, also across a change of the clocks. For: doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["publishAvailability"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/slots/{slotId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Withdraw a free slot
         * @description Withdraws a slot that is free, or offered to a patient who waits; the offer then ends. A held or booked slot cannot be withdrawn: cancel its appointment instead, so that the patient is notified. For: doctor, admin.
         */
        delete: operations["withdrawSlot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/{doctorId}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a doctor
         * @description From then on the doctor cannot be booked and is not listed in the directory. All future visits are cancelled with a full refund a moment later. The doctor keeps the log-in and the access to their records of patients. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["suspendDoctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doctors/suspended": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the suspended doctors
         * @description Lists the suspended doctors with the reasons, sorted by name without the title, page by page. `reinstateDoctor` ends a suspension. For: admin.
         */
        get: operations["listSuspendedDoctors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/languages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the languages
         * @description The languages by which doctors are registered and found, with names in English and Hindi, and other names for each. Operations that take a language accept a tag (BCP 47) whose language is listed, with any script and region, or a name. For every caller.
         */
        get: operations["listLanguages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare a day's payments with Razorpay's books
         * @description Each payment that was captured on the day, with the amounts in Vaidya's and in Razorpay's books. With `state` `open`: the orders of the day that are unpaid as far as Vaidya knows. A day balances if all its pages balance. A difference is recorded in the audit trail and raises an alarm. Every paid payment is also compared automatically, some days after its order. The access is recorded in the audit trail before the answer is sent. For: admin.
         */
        get: operations["viewLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View your own profile
         * @description Returns the profile with the roles in the access token. A missing profile is created. For every signed-in user.
         */
        get: operations["viewMe"];
        /**
         * Replace your own profile
         * @description Replaces all fields of the caller's profile except the e-mail address, which the user pool owns. An optional field is removed if it is left out; language and time zone, which every profile has, then stay. The emergency contacts and the wish for reminders stay, too: they have operations of their own, and the same version. For every signed-in user. A body may have at most 1048576 bytes.
         */
        put: operations["updateMe"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/accesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the accesses to your data
         * @description The accesses to the caller's data in plain words, newest first. An access is listed some seconds after it was recorded. Doctors are listed with their name, other users with their role. For: patient.
         */
        get: operations["listAccesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/authenticator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View your own second factor
         * @description Says whether the account has an authenticator app, whether its roles need one, and how many recovery codes are left. For every signed-in user.
         */
        get: operations["viewAuthenticator"];
        put?: never;
        /**
         * Begin to enrol an authenticator app
         * @description Returns the secret for a new authenticator app, in this answer only. The app is not in use before `confirmAuthenticator`. A user who has an app already sends a code of it, too. Each attempt is recorded in the audit trail. For every signed-in user. A body may have at most 1048576 bytes.
         */
        post: operations["beginAuthenticator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/authenticator/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an authenticator app
         * @description Takes the app of `beginAuthenticator` into use, in place of the present one if there is one, and ends all sessions of the caller. Returns ten recovery codes, in this answer only. A client that did not get the answer logs in with the app and calls `renewRecoveryCodes`. The owner is notified by e-mail. For every signed-in user. A body may have at most 1048576 bytes.
         */
        post: operations["confirmAuthenticator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/authenticator/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace your recovery codes
         * @description Returns ten new recovery codes, in this answer only. All former codes are worth nothing any more. The owner is notified by e-mail. For every signed-in user. A body may have at most 1048576 bytes.
         */
        post: operations["renewRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/authenticator/removal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Remove your authenticator app
         * @description From then on a log-in asks for the password alone. Ends all sessions of the caller. A user with the role `doctor`, `lab` or `admin` is refused: these roles need a second factor. The owner is notified by e-mail. For every signed-in user. A body may have at most 1048576 bytes.
         */
        post: operations["removeAuthenticator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/calendar-feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make your calendar feed
         * @description The path in the answer contains a secret and is shown only once. Any client that knows the path can read the times and the doctors of the caller's visits, in iCalendar. A repeated request makes a new address, and the previous one ends at once. For: patient, doctor.
         */
        post: operations["makeCalendarFeed"];
        /**
         * End your calendar feed
         * @description The address is not found from then on. A repeated request changes nothing. For: patient, doctor.
         */
        delete: operations["endCalendarFeed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/emergency-contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View your emergency contacts
         * @description The people to call if something happens to the caller, in their order. The doctor of a confirmed visit sees them in `viewAppointment`. They are part of the profile and have its version. For: patient.
         */
        get: operations["viewEmergencyContacts"];
        /**
         * Replace your emergency contacts
         * @description Replaces the people to call if something happens to the caller; an empty list removes all of them. They are part of the profile: `If-Match` names the version of the profile. For: patient. A body may have at most 1048576 bytes.
         */
        put: operations["replaceEmergencyContacts"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your own password
         * @description Ends all sessions of the caller, on all devices and with this request too: the client logs in again with the new password. A wrong present password counts as a failed log-in. Each attempt is recorded in the audit trail. For every signed-in user. A body may have at most 1048576 bytes.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View your preferences
         * @description The language and the time zone of the profile, and which reminders are sent. They are part of the profile and have its version. For every signed-in user.
         */
        get: operations["viewPreferences"];
        /**
         * Replace your preferences
         * @description Replaces the language, the time zone and the wish for reminders. Without reminders the messages that a visit was confirmed, moved or cancelled still come. The preferences are part of the profile: `If-Match` names the version of the profile. For every signed-in user. A body may have at most 1048576 bytes.
         */
        put: operations["updatePreferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List payments
         * @description A patient sees their own payments; an administrator sees those of a patient, or of a day and state, each with the name of its payer. The order is by time. The list may lag a moment behind. Each page is recorded in the audit trail. For: patient, admin.
         */
        get: operations["listPayments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View a payment
         * @description The attempts, the captured amounts, the kept and the refunded part with the rule that decided it, and the refunds; for an administrator also the name of the payer. Amounts are in paise. The access is recorded in the audit trail. For: patient, admin.
         */
        get: operations["viewPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm a payment made in the checkout
         * @description The client sends the result of the checkout. The signature is checked, and Razorpay is asked whether the payment is captured. The answer is the state of the payment and of the visit. `processing` means that the state is not known yet. Razorpay's webhook settles the payment even if this is never called. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["confirmPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View the receipt of a payment
         * @description The first request issues the receipt, under the next number of the financial year's gapless series. It shows number and date, the issuer, the patient and the payer, the doctor's registration number, the time, place and outcome of the visit, the amounts and the included tax, in paise. The visit and the refunds are those of now. The access is recorded in the audit trail. For: patient, admin.
         */
        get: operations["viewReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/receipt.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the receipt of a payment as a PDF
         * @description The receipt of `viewReceipt` as a page for printing: PDF/A-2a with embedded fonts. The access is recorded in the audit trail. For: patient, admin.
         */
        get: operations["downloadReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Grant a refund
         * @description Grants a refund that no rule grants automatically: an amount, or the whole remainder because the platform failed. The refund is at least 100 paise and at most the remainder of the captured amount, and leaves either nothing or at least 100 paise. It is promised here and sent from a queue. It cancels no visit. For: admin. A body may have at most 1048576 bytes.
         */
        post: operations["refundPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/payments/{paymentId}/refunds/{refundId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a failed refund
         * @description Razorpay is asked first whether the refund is still failed: a refund that has succeeded meanwhile is not sent again. For: admin.
         */
        post: operations["retryRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List refunds that are not over
         * @description The refunds in one state: pending, requested or failed. A failed refund can be retried with `retryRefund`. The access is recorded in the audit trail before the answer is sent. For: admin.
         */
        get: operations["listRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Book several visits to a doctor
         * @description A series has 2 to 12 visits, given by their slots or by a first slot and an interval, in days or monthly, at the same local time of the doctor. With `all`, all visits are booked or none; with `available`, the available ones, and the answer gives the reason for each other one. One transaction writes them, so no failure leaves half a series. Afterwards each visit is a separate appointment. Visits with a fee are holds, of which a patient has at most 3. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["bookSeries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/series/{seriesId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View the visits of a series
         * @description The current state of each visit: some may have been moved or cancelled. The access is recorded in the audit trail. For: patient, doctor, admin.
         */
        get: operations["viewSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/series/{seriesId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the remaining visits of a series
         * @description Cancels the visits that have not begun, all in one transaction, each by the rules of `cancelAppointment`; `previewSeriesCancellation` tells the refund before. The visits that can't be cancelled are in `left`, each with the reason. A repeated request changes nothing. For: patient, doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["cancelSeries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/series/{seriesId}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview the cancellation of a series
         * @description The visits that `cancelSeries` would cancel now, each with its refund, and the visits that it would leave, each with the reason. The doctor sees no amounts. The answer holds for the moment only. The access is recorded in the audit trail before the answer is sent. For: patient, doctor, admin.
         */
        get: operations["previewSeriesCancellation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/series/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview a series
         * @description The rules of `bookSeries` decide for each occurrence, on the caller's own agenda. Nothing is held. For: patient.
         */
        get: operations["previewSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Open a session in a browser
         * @description For the app, after a log-in at the hosted page. Exchanges the refresh token for new tokens, and keeps the new refresh token in the cookie `__Host-vaidya-session`, which no script can read. The refresh token of the request is then spent. Clients without a browser use the operations under `/v1/auth`. For every caller. A body may have at most 1048576 bytes.
         */
        post: operations["openSession"];
        /**
         * Log out in a browser
         * @description For the app. Does what `logOut` does, and removes the session cookie. The browser then opens the address in the answer, which ends its session with the hosted log-in page. For every signed-in user.
         */
        delete: operations["closeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew a session in a browser
         * @description For the app. Exchanges the refresh token in the cookie for new tokens, and puts the new refresh token into the cookie. The old one is then spent, except for a few seconds in which a browser whose answer was lost may repeat the request. `no-session` means that the browser has no cookie, `session-ended` that the cookie is worth nothing any more: in both cases the user logs in again. For every caller.
         */
        post: operations["renewSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the earliest slots of a speciality
         * @description Lists, for each doctor, the first free slot of each day, earliest first, page by page. The index behind the list may lag a moment, and each slot is read again, so that a listed slot can be booked. A page may have fewer slots than `limit` and still have a next page. For every signed-in user.
         */
        get: operations["listEarliestSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/specialities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the specialities
         * @description The specialities by which doctors are registered and found, with names in English and Hindi, and other words for each. Operations that take a speciality accept a code, a name or one of the other words, without case and accents. For every caller.
         */
        get: operations["listSpecialities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description The accounts with these properties, in no particular order, without profiles and without health data. A page may be short or empty and still have a `nextCursor`. The access is recorded in the audit trail before the answer is sent, and the patients on the page see it. For: admin.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * View the account of a user
         * @description The account with its roles and its state, without the profile and without health data. The `ETag` is the one that `changeRoles` needs. The access is recorded in the audit trail before the answer is sent, and the user sees it. For: admin.
         */
        get: operations["viewUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/authenticator/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset the second factor of another user
         * @description Removes the authenticator app and the recovery codes of the user, and ends all sessions of that user. The next log-in asks for the password alone. An administrator cannot reset their own factor. The owner is notified by e-mail. For: admin.
         */
        post: operations["resetAuthenticator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disable the account of a user
         * @description Ends all sessions of the user, and no log-in or renewal is possible until `enableUser`. Nobody disables their own account. If the request fails, the same request completes it. A doctor stays in the directory: `suspendDoctor` cancels the visits. For: admin.
         */
        post: operations["disableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable the account of a user
         * @description Lets a user whose account was disabled log in again, with the roles of before. Sessions of before stay ended. If the request fails, the same request completes it. For: admin.
         */
        post: operations["enableUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{userId}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the roles of a user
         * @description Gives the user these roles of the staff and takes the others: `admin` and `lab`. The roles of patients and doctors stay: a sign-up and `registerDoctor` give them. All sessions of the user end. The last administrator who can log in keeps the role. If the request fails, read the user again and repeat it. For: admin. A body may have at most 1048576 bytes.
         */
        put: operations["changeRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waitlist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List waiting list entries
         * @description A patient sees their own entries, open and over; a doctor sees the doctor's queue, with the name, age, sex and telephone number of each patient; an administrator names a patient or a doctor. Each page is recorded in the audit trail before it is sent. For: patient, doctor, admin.
         */
        get: operations["listWaitlist"];
        put?: never;
        /**
         * Wait for a doctor or a speciality
         * @description The patient waits for a doctor, or for any doctor of a speciality, within a window of at least 30 minutes, by video, in a clinic, or either. A slot that is released in the window is offered to one patient at a time: urgent entries first, then in the order of joining. An offer lasts 30 minutes, in which no other patient can book the slot. A patient has at most 10 open entries, and one for each target at a time. Slots that are already free are not offered: book them. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["joinWaitlist"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waitlist/{entryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Leave a waiting list
         * @description In the same transaction a slot that is offered to the patient is offered to the next matching entry, or is free. A repeated request changes nothing. For: patient, admin.
         */
        delete: operations["leaveWaitlist"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waitlist/{entryId}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an offer
         * @description One transaction books the offered slot, by the rules of every booking, and ends the entry. With a fee the appointment is a hold: it is paid in time, or the slot is free again. An offer lasts 30 minutes, or until its slot closes. Afterwards, or if the request names another slot than the offered one, the answer is `no-offer`. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["acceptOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waitlist/{entryId}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decline an offer
         * @description The entry keeps its position in the queue and waits for another time; the declined time is not offered again. In the same transaction the slot is offered to the next matching entry, or is free. For: patient. A body may have at most 1048576 bytes.
         */
        post: operations["declineOffer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/waitlist/{entryId}/priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set the priority of a waiting list entry
         * @description The doctor for whom the patient waits, or an administrator, sets the priority. Urgent entries come first in the queue, in the order of joining. Setting the same priority again changes nothing. For: doctor, admin. A body may have at most 1048576 bytes.
         */
        post: operations["prioritiseWaitlistEntry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The offer to accept, and what the patient tells the doctor. */
        AcceptOffer: {
            /**
             * Format: uuid
             * @description `doctorId` of the offer.
             */
            doctorId: string;
            /** @description Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them. */
            notes?: string | null;
            /** @description The reason of the visit, 1 to 1000 characters. Only the patient and the doctor can read it. */
            reason?: string | null;
            /** @description `slotId` of the offer: no other slot is booked. */
            slotId: components["schemas"]["SlotId"];
            /** @description The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them. */
            symptoms?: string[] | null;
        };
        /** @description An access to the caller's data. */
        Access: {
            /**
             * Format: date-time
             * @description The instant of the access.
             */
            at: string;
            /** @description The id of the event in the audit trail, for questions about the access. */
            eventId: string;
            /** @description The names of the fields that were shown. */
            fields: string[];
            /** @description The id of the resource. */
            resourceId: string;
            /**
             * @description The type of the resource.
             * @example appointment
             */
            resourceType: string;
            /**
             * @description The role of the actor: `patient`, `doctor`, `lab`, `admin` or `system`.
             * @example doctor
             */
            role: string;
            /**
             * @description The action, as the continuation of a sentence that begins with `who`.
             * @example looked at an appointment of yours
             */
            what: string;
            /**
             * @description The actor: `You`, the name of a doctor, or a description of the role.
             * @example Meera Iyer
             */
            who: string;
        };
        /** @description A page of accesses, newest first. */
        AccessList: {
            /** @description The accesses of the page. */
            accesses: components["schemas"]["Access"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description The money of one captured attempt, and the refund decision about it. */
        Account: {
            /**
             * Format: int64
             * @description The captured amount, in paise. 0 if only a refund that Razorpay made without our request is known.
             */
            captured: number;
            /**
             * Format: date-time
             * @description The instant of the refund decision.
             */
            decidedAt: string;
            /** @description The id of the attempt at Razorpay. */
            gatewayPaymentId: components["schemas"]["GatewayPaymentId"];
            /**
             * @description The method of the payment: `card`, `upi`, `netbanking`, `wallet`, `emi`, `cardless_emi`, `paylater`,
             *     `bank_transfer`, or `other`. Absent if Razorpay named none.
             * @example upi
             */
            method?: string | null;
            /**
             * Format: int64
             * @description The total of the refunds promised, in progress, completed, or owed after a failure, in paise.
             */
            promised: number;
            /**
             * Format: int64
             * @description The amount that is kept, in paise.
             */
            retained: number;
            /**
             * @description The rule of the refund decision.
             * @example visit_confirmed
             */
            rule: string;
        };
        /** @description The address of an account. */
        AccountAddress: {
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
        };
        /** @description A postal address. */
        Address: {
            /**
             * @description City, town or village.
             * @example Bengaluru
             */
            city?: string | null;
            /**
             * @description The country, as its code of ISO 3166-1.
             * @example IN
             */
            country: string;
            /**
             * @description The postal code.
             * @example 560001
             */
            postalCode?: string | null;
            /**
             * @description State or province.
             * @example Karnataka
             */
            state?: string | null;
            /**
             * @description House, street and quarter.
             * @example 14 MG Road
             */
            street?: string | null;
        };
        /** @description A postal address. */
        AddressBody: {
            /**
             * @description City, town or village, 1 to 100 characters.
             * @example Bengaluru
             */
            city?: string | null;
            /**
             * @description The country, as its code of ISO 3166-1. `IN` if it is left out.
             * @example IN
             */
            country?: string | null;
            /**
             * @description The postal code. In India a PIN of six digits.
             * @example 560001
             */
            postalCode?: string | null;
            /**
             * @description State or province, 1 to 100 characters.
             * @example Karnataka
             */
            state?: string | null;
            /**
             * @description House, street and quarter, 1 to 300 characters on any number of lines.
             * @example 14 MG Road
             */
            street?: string | null;
        };
        /** @description The answer to a challenge: a code or a new password. */
        AnswerChallenge: {
            /**
             * @description A code of the authenticator app.
             * @example 287082
             */
            code?: string | null;
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The password in place of that of the invitation: 12 to 256 characters with a lowercase letter, an uppercase letter
             *     and a digit.
             */
            newPassword?: string | null;
            /** @description The session that came with the challenge. */
            session: string;
        };
        /** @description An appointment. */
        Appointment: {
            /**
             * @description The absent party, `patient` or `doctor`. Present only for `no_show`. A past visit without a recorded attendance
             *     stays `confirmed`: its outcome is unknown.
             */
            absent?: string | null;
            /**
             * @description The party or event that cancelled the appointment: `patient`, `doctor`, `admin`, `expiry`, `suspension` or
             *     `payment`.
             */
            cancelledBy?: string | null;
            /**
             * Format: uuid
             * @description The id of the person who cancelled the appointment, if a person did. Only administrators see the id of an
             *     administrator.
             */
            cancelledById?: string | null;
            /**
             * @description The clinic of the visit. Absent for a video visit.
             * @example Indiranagar
             */
            clinic?: string | null;
            /**
             * Format: date-time
             * @description The instant of the booking.
             */
            createdAt: string;
            /**
             * Format: uuid
             * @description The id of the doctor.
             */
            doctorId: string;
            /**
             * Format: date-time
             * @description The instant at which the doctor began the visit.
             */
            doctorJoinedAt?: string | null;
            /** @description The doctor's name at the time of booking. */
            doctorName: string;
            /**
             * Format: date-time
             * @description The end of the visit.
             */
            end: string;
            /**
             * Format: int64
             * @description The fee in paise.
             * @example 50000
             */
            fee: number;
            /** @description Whether the patient tells the doctor anything before the visit: a reason, symptoms or notes (`viewAppointment`). */
            hasIntake: boolean;
            /** @description Whether the patient can still extend the hold. Present only for `held`. */
            holdExtendable?: boolean | null;
            /**
             * Format: date-time
             * @description The first instant at which the hold is over. Present only for `held`.
             */
            holdUntil?: string | null;
            /**
             * Format: uuid
             * @description The id of the appointment.
             */
            id: string;
            /**
             * @description `consultation`, `follow_up`, `emergency` or `routine_checkup`.
             * @example consultation
             */
            kind: string;
            /**
             * Format: int32
             * @description The number of times that the patient has moved the visit.
             */
            moves: number;
            /**
             * Format: uuid
             * @description The id of the patient.
             */
            patientId: string;
            /**
             * Format: date-time
             * @description The instant at which the patient entered the waiting room or joined the visit.
             */
            patientJoinedAt?: string | null;
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            paymentId: string;
            /** @description The id of the first slot. */
            slotId: components["schemas"]["SlotId"];
            /** @description The ids of all slots of the visit. Absent if it takes one slot. */
            slotIds?: components["schemas"]["SlotId"][];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
            /**
             * @description `held`, `confirmed`, `checked_in`, `in_progress`, `completed`, `cancelled` or `no_show`.
             * @example held
             */
            status: string;
            /**
             * Format: date-time
             * @description The instant of the last change.
             */
            updatedAt: string;
            /**
             * Format: int64
             * @description The version of the appointment. Its entity tag, for `If-Match`, is the version in double quotes.
             * @example 2
             */
            version: number;
            /**
             * @description The doctor's time zone at the time of booking.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description An appointment with what the patient tells the doctor. */
        AppointmentDetails: components["schemas"]["Appointment"] & components["schemas"]["IntakeView"] & {
            cancellation?: components["schemas"]["CancellationDetails"] | null;
            patient?: components["schemas"]["VisitingPatient"] | null;
        };
        /** @description A page of appointments, in the order of the query. */
        AppointmentList: {
            /** @description The appointments of the page. */
            appointments: components["schemas"]["ListedAppointment"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description The tokens of a session that a page of the app gets. The refresh token is in a cookie that no script can read. */
        AppSession: {
            /** @description The bearer token for all other requests. The app keeps it in memory only. */
            accessToken: string;
            /**
             * Format: int32
             * @description The seconds after which the access token expires.
             * @example 900
             */
            expiresIn: number;
            /** @description The token that tells the app which user has logged in; no endpoint accepts it. */
            idToken?: string | null;
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            tokenType: string;
        };
        /** @description An attempt at paying an order. */
        Attempt: {
            /**
             * Format: date-time
             * @description The instant at which the attempt entered this state.
             */
            at: string;
            /** @description The id of the attempt at Razorpay. */
            gatewayPaymentId: components["schemas"]["GatewayPaymentId"];
            /**
             * @description `failed`: the patient may try again; `authorized`: the bank has reserved the money; `captured`; `mismatched`: it
             *     does not match the order, and an operator handles it.
             * @example captured
             */
            state: string;
        };
        /** @description A day of the archive. */
        AuditDay: {
            /**
             * Format: date
             * @description The day, in UTC.
             */
            day: string;
            /** @description Whether the day is on hold now. */
            held: boolean;
            /** @description The number of objects of the archive with events of the day. */
            objects: number;
        };
        /** @description A record of the audit trail. */
        AuditEvent: {
            /** @description The actor: the id of a user, or the name of a function. */
            actor: string;
            /** @description The role of the actor: `patient`, `doctor`, `lab`, `admin`, `user` or `system`. */
            actorRole: string;
            /**
             * Format: date-time
             * @description The instant of the event.
             */
            at: string;
            /**
             * @description `auth`, `data_access`, `data_modification` or `admin`.
             * @example data_modification
             */
            category: string;
            /**
             * Format: int32
             * @description The number of its chain, 0 to 15.
             */
            chain: number;
            /** @description The commitment that the hash covers instead of session, address and user agent, which can be erased. */
            commitment?: string | null;
            /** @description The hash of this event, in hexadecimal, over all fields above. */
            currentHash: string;
            /** @description Whether data left the system in bulk. */
            dataExported: boolean;
            /** @description Further details. */
            detail?: string | null;
            /** @description The names of the fields that were changed or shown; never their values. */
            fields: string[];
            /**
             * Format: int32
             * @description The version of the hash format. See docs/audit-format.md.
             */
            format: number;
            /** @description The id of the event, derived from the recorded change. */
            id: string;
            /** @description The IP address of the client. */
            ip?: string | null;
            /** @description The key of the commitment. Absent after the values are erased. */
            opening?: string | null;
            /** @description The operation id of this document, or the name of a consumer. */
            operation: string;
            /**
             * @description `success`, `failure` or `partial`.
             * @example success
             */
            outcome: string;
            /** @description Whether the actor saw health data. */
            phiAccessed: boolean;
            /** @description The hash of the previous event of the chain, in hexadecimal. All zeros for the first event. */
            previousHash: string;
            /** @description The id of the request. */
            requestId: string;
            /** @description The id of the resource. */
            resourceId: string;
            /**
             * @description The type of the resource.
             * @example appointment
             */
            resourceType: string;
            /**
             * Format: int64
             * @description The number of the event in its chain, from 1.
             */
            sequence: number;
            /** @description The id of the session of the request. */
            sessionId?: string | null;
            /**
             * @description `low`, `medium`, `high` or `critical`.
             * @example low
             */
            severity: string;
            /** @description The ids of the patients to whom the data belongs. */
            subjects?: string[];
            /**
             * @description The type of the event.
             * @example APPOINTMENT_BOOKED
             */
            type: string;
            /** @description The user agent of the client. */
            userAgent?: string | null;
        };
        /** @description A page of audit events, oldest first. */
        AuditEventList: {
            /** @description The events of the page. */
            events: components["schemas"]["AuditEvent"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description A part of an export. */
        AuditExport: {
            /**
             * Format: int64
             * @description The number of checkpoints of these days, in all answers together.
             */
            checkpoints: number;
            /**
             * Format: date-time
             * @description The instant at which the URLs expire.
             */
            expiresAt: string;
            /** @description The parts to fetch, in this order. */
            files: components["schemas"]["ExportedFile"][];
            /**
             * Format: int64
             * @description The value of `after` for the next request. Absent in the last answer.
             */
            next?: number | null;
            /**
             * Format: int64
             * @description The checkpoint after which the export begins, for `verify-audit verify --since`. Absent if the export begins
             *     with the first checkpoint, or if the days have no checkpoint.
             */
            since?: number | null;
        };
        /** @description The second factor of the caller. */
        Authenticator: {
            /** @description Whether a log-in asks for a code of an authenticator app. */
            enrolled: boolean;
            /**
             * @description The number of recovery codes that were not used yet.
             * @example 10
             */
            recoveryCodesLeft: number;
            /** @description Whether one of the caller's roles needs a second factor: `doctor`, `lab` and `admin` do. */
            required: boolean;
        };
        /** @description The secret of a new authenticator app. */
        AuthenticatorEnrolment: {
            /**
             * @description The secret in base 32, to be typed into the app.
             * @example GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
             */
            secret: string;
            /**
             * @description The same as an address, to be shown as a QR code.
             * @example otpauth://totp/Vaidya:asha.rao%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Vaidya
             */
            uri: string;
        };
        /** @description The proof that the caller is the owner of the account. */
        BeginAuthenticator: {
            /**
             * @description A code of the present authenticator app, if the account has one.
             * @example 287082
             */
            code?: string | null;
            /**
             * Format: password
             * @description The password of the account.
             */
            password: string;
        };
        /** @description A time in which no slot is published. */
        BlockedTime: {
            /**
             * Format: date-time
             * @description The first instant of the time.
             */
            from: string;
            /** @enum {string} */
            kind: "time";
            /**
             * Format: date-time
             * @description The first instant after the time.
             */
            to: string;
        } | {
            /**
             * Format: date
             * @description The first day.
             */
            first: string;
            /** @enum {string} */
            kind: "days";
            /**
             * Format: date
             * @description The last day.
             */
            last: string;
            /**
             * @description The IANA time zone of the days; the doctor's zone if it is left out.
             * @example Asia/Kolkata
             */
            zone?: string | null;
        };
        /** @description The slot to hold. */
        BookAppointment: {
            /**
             * Format: uuid
             * @description The id of the doctor.
             */
            doctorId: string;
            /**
             * @description The kind of visit. Default: `consultation`.
             * @example consultation
             * @enum {string|null}
             */
            kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup" | null;
            /** @description Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them. */
            notes?: string | null;
            /** @description The reason of the visit, 1 to 1000 characters. Only the patient and the doctor can read it. */
            reason?: string | null;
            /** @description The id of the slot, from the list of the doctor's free slots. */
            slotId: components["schemas"]["SlotId"];
            /** @description The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them. */
            symptoms?: string[] | null;
        };
        /** @description The conditions for the earliest slot. */
        BookEarliest: {
            /**
             * Format: date-time
             * @description The earliest start of the slot. Default: now.
             */
            from?: string | null;
            /**
             * @description The kind of visit. Default: `consultation`.
             * @example consultation
             * @enum {string|null}
             */
            kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup" | null;
            /**
             * @description A language that the doctor speaks, by a tag (BCP 47) or a name of `listLanguages`. Default: any language.
             * @example hi
             */
            language?: string | null;
            /**
             * @description `video` or `clinic`. Default: either.
             * @example video
             * @enum {string|null}
             */
            mode?: "video" | "clinic" | null;
            /** @description Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them. */
            notes?: string | null;
            /** @description The reason of the visit, 1 to 1000 characters. Only the patient and the doctor can read it. */
            reason?: string | null;
            /**
             * @description The speciality of the doctor, by a code, a name or a synonym of `listSpecialities`.
             * @example cardiology
             */
            speciality: string;
            /** @description The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them. */
            symptoms?: string[] | null;
            /**
             * Format: date-time
             * @description The slot starts before this instant. Default: 31 days after `from`.
             */
            to?: string | null;
        };
        /** @description The visits to book: `slotIds`, or `first` with `count`. */
        BookSeries: {
            /** @description The number of visits, 2 to 12. */
            count?: number | null;
            /**
             * Format: uuid
             * @description The id of the doctor.
             */
            doctorId: string;
            /** @description The interval in days, at the same local time of the doctor. Default: 7. */
            everyDays?: number | null;
            first?: components["schemas"]["SlotId"] | null;
            /**
             * @description The kind of the visits. Default: `consultation`.
             * @example follow_up
             * @enum {string|null}
             */
            kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup" | null;
            /**
             * @description `all` (the default): all visits or none; `available`: the visits that can be booked.
             * @example all
             * @enum {string|null}
             */
            mode?: "all" | "available" | null;
            /**
             * @description `weekday`: a visit each month on the same weekday by its number, such as the second Tuesday, and on the last one
             *     in a month without a fifth. `day`: on the same day of the month, or its last day. Not together with `everyDays`.
             * @example weekday
             * @enum {string|null}
             */
            monthly?: "day" | "weekday" | null;
            /** @description Notes for the doctor, 1 to 2000 characters. Only the patient and the doctor can read them. */
            notes?: string | null;
            /** @description The reason of the visits, 1 to 1000 characters. Only the patient and the doctor can read it. */
            reason?: string | null;
            /** @description The ids of the slots, 2 to 12. */
            slotIds?: components["schemas"]["SlotId"][] | null;
            /** @description The symptoms, at most 20, each 1 to 100 characters. Only the patient and the doctor can read them. */
            symptoms?: string[] | null;
        };
        /** @description The address of a calendar feed. */
        CalendarFeed: {
            /**
             * @description The path at this API. Any client that knows it can read the calendar.
             * @example /v1/calendar-feeds/6f1e..
             */
            path: string;
        };
        /** @description The reason of the cancellation. */
        CancelAppointment: {
            /** @description A short remark that the other side can read. It must not contain health data. */
            reason?: string | null;
        };
        /** @description A cancelled appointment with its refund. */
        Cancellation: {
            appointment: {
                /**
                 * @description The absent party, `patient` or `doctor`. Present only for `no_show`. A past visit without a recorded attendance
                 *     stays `confirmed`: its outcome is unknown.
                 */
                absent?: string | null;
                /**
                 * @description The party or event that cancelled the appointment: `patient`, `doctor`, `admin`, `expiry`, `suspension` or
                 *     `payment`.
                 */
                cancelledBy?: string | null;
                /**
                 * Format: uuid
                 * @description The id of the person who cancelled the appointment, if a person did. Only administrators see the id of an
                 *     administrator.
                 */
                cancelledById?: string | null;
                /**
                 * @description The clinic of the visit. Absent for a video visit.
                 * @example Indiranagar
                 */
                clinic?: string | null;
                /**
                 * Format: date-time
                 * @description The instant of the booking.
                 */
                createdAt: string;
                /**
                 * Format: uuid
                 * @description The id of the doctor.
                 */
                doctorId: string;
                /**
                 * Format: date-time
                 * @description The instant at which the doctor began the visit.
                 */
                doctorJoinedAt?: string | null;
                /** @description The doctor's name at the time of booking. */
                doctorName: string;
                /**
                 * Format: date-time
                 * @description The end of the visit.
                 */
                end: string;
                /**
                 * Format: int64
                 * @description The fee in paise.
                 * @example 50000
                 */
                fee: number;
                /** @description Whether the patient tells the doctor anything before the visit: a reason, symptoms or notes (`viewAppointment`). */
                hasIntake: boolean;
                /** @description Whether the patient can still extend the hold. Present only for `held`. */
                holdExtendable?: boolean | null;
                /**
                 * Format: date-time
                 * @description The first instant at which the hold is over. Present only for `held`.
                 */
                holdUntil?: string | null;
                /**
                 * Format: uuid
                 * @description The id of the appointment.
                 */
                id: string;
                /**
                 * @description `consultation`, `follow_up`, `emergency` or `routine_checkup`.
                 * @example consultation
                 */
                kind: string;
                /**
                 * Format: int32
                 * @description The number of times that the patient has moved the visit.
                 */
                moves: number;
                /**
                 * Format: uuid
                 * @description The id of the patient.
                 */
                patientId: string;
                /**
                 * Format: date-time
                 * @description The instant at which the patient entered the waiting room or joined the visit.
                 */
                patientJoinedAt?: string | null;
                /**
                 * Format: uuid
                 * @description The id of the payment.
                 */
                paymentId: string;
                /** @description The id of the first slot. */
                slotId: components["schemas"]["SlotId"];
                /** @description The ids of all slots of the visit. Absent if it takes one slot. */
                slotIds?: components["schemas"]["SlotId"][];
                /**
                 * Format: date-time
                 * @description The start of the visit.
                 */
                start: string;
                /**
                 * @description `held`, `confirmed`, `checked_in`, `in_progress`, `completed`, `cancelled` or `no_show`.
                 * @example held
                 */
                status: string;
                /**
                 * Format: date-time
                 * @description The instant of the last change.
                 */
                updatedAt: string;
                /**
                 * Format: int64
                 * @description The version of the appointment. Its entity tag, for `If-Match`, is the version in double quotes.
                 * @example 2
                 */
                version: number;
                /**
                 * @description The doctor's time zone at the time of booking.
                 * @example Asia/Kolkata
                 */
                zone: string;
            } & Record<string, never>;
            /**
             * Format: int64
             * @description The refund in paise. 0 if nothing was paid, or if the policy grants nothing so late. The doctor does not see it.
             * @example 50000
             */
            refundAmount?: number | null;
        };
        /** @description The cancellation of an appointment. */
        CancellationDetails: {
            /**
             * Format: date-time
             * @description The instant of the cancellation.
             */
            at: string;
            /**
             * @description The party or event that cancelled the appointment: `patient`, `doctor`, `admin`, `expiry`, `suspension` or
             *     `payment`.
             * @example doctor
             */
            by: string;
            /** @description The reason that the cancelling party gave. */
            reason?: string | null;
        };
        /** @description The refund of a cancellation at this moment. */
        CancellationPreview: {
            /**
             * Format: date-time
             * @description The instant for which the preview holds.
             */
            at: string;
            /**
             * Format: int64
             * @description The amount paid, in paise. The doctor does not see it.
             * @example 50000
             */
            paidAmount?: number | null;
            /**
             * Format: int64
             * @description The amount that would be refunded, in paise. The doctor does not see it.
             * @example 25000
             */
            refundAmount?: number | null;
            /**
             * @description The rule that decides the refund. Absent if nothing was paid.
             * @example cancelled_late
             */
            rule?: string | null;
        };
        /** @description A cancelled visit of a series. */
        CancelledVisit: {
            /**
             * Format: uuid
             * @description The id of the appointment.
             */
            appointmentId: string;
            /**
             * Format: int64
             * @description The refund in paise. The doctor does not see it.
             * @example 25000
             */
            refundAmount?: number | null;
            /**
             * @description The rule that decides the refund. Absent if nothing was paid.
             * @example cancelled_late
             */
            rule?: string | null;
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
        };
        /** @description The present and the new password. */
        ChangePassword: {
            /**
             * Format: password
             * @description The present password.
             */
            current: string;
            /**
             * Format: password
             * @description The new password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit; not the present
             *     one.
             */
            new: string;
        };
        /** @description The roles of a user. */
        ChangeRoles: {
            /**
             * @description The roles of the staff that the user has from now on: `admin`, `lab`, both or none.
             * @example [
             *       "admin"
             *     ]
             */
            roles: string[];
        };
        /** @description The answer to a request for a code. */
        CodeRequested: {
            /**
             * @description The next step, in words.
             * @example If the address has an account, a code was sent to it.
             */
            next: string;
        };
        /** @description A code of the new authenticator app, and the proof that the caller is the owner of the account. */
        ConfirmAuthenticator: {
            /**
             * @description A code of the new authenticator app.
             * @example 287082
             */
            code: string;
            /**
             * Format: password
             * @description The password of the account.
             */
            password: string;
            /**
             * @description A code of the present authenticator app, if the account has one. Each code is accepted once, so it is another one
             *     than that of `beginAuthenticator`.
             * @example 081804
             */
            presentCode?: string | null;
        };
        /**
         * @description The result that Razorpay's checkout passes to its success handler, under the names that it has there. The names in
         *     camel case of earlier clients, such as `razorpayOrderId`, are accepted too.
         */
        ConfirmPayment: {
            /** @description The order that was paid. */
            razorpay_order_id: components["schemas"]["OrderId"];
            /** @description The payment, which is one attempt at the order. */
            razorpay_payment_id: components["schemas"]["GatewayPaymentId"];
            /**
             * @description The signature of Razorpay over the two.
             * @example 9ef4dffbfd84f1318f6739a3ce19f9d85851857ae648f114332d8401e0949a3d
             */
            razorpay_signature: string;
        };
        /** @description A registered e-mail address and its confirmation code. */
        ConfirmRegistration: {
            /**
             * @description The digits from the e-mail.
             * @example 123456
             */
            code: string;
            /**
             * Format: email
             * @description The e-mail address that was registered.
             * @example asha.rao@example.com
             */
            email: string;
        };
        /** @description A person to call. */
        ContactBody: {
            /**
             * @description The contact's name, 1 to 100 characters.
             * @example Ravi Rao
             */
            name: string;
            /**
             * @description The contact's telephone number, with any separators. A number without a country code is an Indian one unless the
             *     stage has another country.
             * @example +91 98765 43211
             */
            phone: string;
            /**
             * @description What the contact is to the patient, 1 to 40 characters.
             * @example husband
             */
            relation: string;
        };
        /** @description `nextCursor` of an earlier answer to the same caller and query. It has no example, since no other text is one. */
        Cursor: string;
        /**
         * @description A day of the week.
         * @enum {string}
         */
        Day: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
        /** @description The offer to decline. */
        DeclineOffer: {
            /**
             * Format: uuid
             * @description `doctorId` of the offer.
             */
            doctorId: string;
            /** @description `slotId` of the offer. A repeated request changes nothing, even if another slot is offered by then. */
            slotId: components["schemas"]["SlotId"];
        };
        /** @description A doctor as users see them. */
        Doctor: {
            /**
             * @description The doctor's description for patients. Absent if the doctor has none.
             * @example Twenty years of cardiology in Bengaluru.
             */
            bio?: string | null;
            /**
             * @description The name with the title, as people read it.
             * @example Dr. Asha Rao
             */
            displayName: string;
            /**
             * Format: int64
             * @description The fee, in paise, of a visit that is booked now.
             * @example 50000
             */
            fee: number;
            /**
             * Format: uuid
             * @description The doctor's id.
             */
            id: string;
            /**
             * @description The languages in which the doctor consults, as tags (BCP 47).
             * @example [
             *       "en-IN",
             *       "hi"
             *     ]
             */
            languages: string[];
            /**
             * @description The doctor's name, without the title.
             * @example Asha Rao
             */
            name: string;
            /**
             * @description The doctor's degrees.
             * @example MBBS, MD (Cardiology)
             */
            qualification: string;
            /**
             * @description The number in the medical register, with which a patient can verify the doctor.
             * @example KMC/12345
             */
            registrationNumber: string;
            /**
             * @description The doctor's specialities, the main one first.
             * @example [
             *       "cardiology"
             *     ]
             */
            specialities: string[];
            /**
             * @description `active`, or `suspended` if the doctor cannot be booked.
             * @example active
             */
            standing: string;
            /**
             * Format: date-time
             * @description The instant of the suspension.
             */
            suspendedAt?: string | null;
            terms: {
                /**
                 * Format: int64
                 * @description The maximum number of visits on one day of the doctor's zone, including holds: 1 to 200. There is no limit if it
                 *     is left out.
                 */
                dailyLimit?: number | null;
                followUp?: components["schemas"]["FollowUp"] | null;
                /** @description The kinds of visits with a length or a fee of their own. Each kind may occur once. */
                kinds?: components["schemas"]["KindTerms"][];
            } & Record<string, never>;
            /**
             * @description The title before the name. Absent if the doctor has none.
             * @example Dr.
             */
            title?: string | null;
            /**
             * @description The IANA time zone of the doctor's hours.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description A doctor's day. */
        DoctorDay: {
            /** @description The visits, earliest first, including cancelled visits. */
            appointments: components["schemas"]["ListedAppointment"][];
            /**
             * Format: date-time
             * @description The instant of this answer: `since` of the next request.
             */
            asOf: string;
            /** @description The ids of the visits that have changed since `since`, or in the 20 seconds before it. Empty without `since`. */
            changed: string[];
            /**
             * Format: date
             * @description The day in the doctor's time zone.
             */
            date: string;
            /** @description The patients in the waiting room. The patient who has waited longest comes first. */
            waiting: components["schemas"]["Waiting"][];
            /**
             * @description The doctor's time zone.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description A page of doctors, sorted by name. */
        DoctorList: {
            doctors: components["schemas"]["DoctorSummary"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description A doctor in a list. `viewDoctor` also shows the registration number. */
        DoctorSummary: {
            /**
             * @description The name with the title, as people read it.
             * @example Dr. Asha Rao
             */
            displayName: string;
            /**
             * Format: int64
             * @description The fee, in paise, of a visit that is booked now.
             * @example 50000
             */
            fee: number;
            /**
             * Format: uuid
             * @description The doctor's id.
             */
            id: string;
            /**
             * @description The languages in which the doctor consults.
             * @example [
             *       "en-IN",
             *       "hi"
             *     ]
             */
            languages: string[];
            /**
             * @description The doctor's name, without the title.
             * @example Asha Rao
             */
            name: string;
            /**
             * @description The doctor's degrees.
             * @example MBBS, MD (Cardiology)
             */
            qualification: string;
            /**
             * @description The number in the medical register, with which a patient can verify the doctor.
             * @example KMC/12345
             */
            registrationNumber: string;
            /**
             * @description The doctor's specialities, the main one first.
             * @example [
             *       "cardiology"
             *     ]
             */
            specialities: string[];
            /**
             * @description The title before the name. Absent if the doctor has none.
             * @example Dr.
             */
            title?: string | null;
        };
        /** @description The first slot of a doctor that can be booked on a day in UTC. */
        EarliestSlot: {
            /**
             * @description The clinic in which the visit takes place; absent for a video visit.
             * @example Indiranagar
             */
            clinic?: string | null;
            /**
             * Format: uuid
             * @description The id of the doctor, which a booking names.
             */
            doctorId: string;
            /**
             * @description The doctor's name.
             * @example Asha Rao
             */
            doctorName: string;
            /**
             * Format: date-time
             * @description The end of the visit. A consultation may take several slots.
             */
            end: string;
            /**
             * Format: int64
             * @description The fee, in paise, of a consultation that is booked now.
             * @example 50000
             */
            fee: number;
            /** @description The id of the slot, which a booking names. */
            slotId: components["schemas"]["SlotId"];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
            /**
             * @description The doctor's IANA time zone.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description A page of slots, earliest first. */
        EarliestSlotList: {
            nextCursor?: components["schemas"]["Cursor"] | null;
            slots: components["schemas"]["EarliestSlot"][];
        };
        /** @description A person to call if something happens to a patient. */
        EmergencyContact: {
            /**
             * @description The contact's name.
             * @example Ravi Rao
             */
            name: string;
            /**
             * @description The contact's telephone number in the format E.164.
             * @example +919876543211
             */
            phone: string;
            /**
             * @description What the contact is to the patient, in the patient's words.
             * @example husband
             */
            relation: string;
        };
        /** @description The emergency contacts of the caller. */
        EmergencyContacts: {
            /** @description The people to call, in the order in which they are called. */
            contacts: components["schemas"]["EmergencyContact"][];
        };
        /** @description The days to export. */
        ExportAudit: {
            /**
             * Format: int64
             * @description `next` of the previous answer, to continue there.
             */
            after?: number | null;
            /**
             * Format: date
             * @description The first day, in UTC. An event belongs to the day of the checkpoint that closes it, usually at most 15 minutes
             *     after the event.
             * @example 2026-11-01
             */
            from: string;
            /**
             * Format: date
             * @description The last day, in UTC.
             * @example 2026-11-30
             */
            to: string;
        };
        /** @description A file of the export, or its next lines. */
        ExportedFile: {
            /**
             * @description The path, in the directory of the export, of the file to which the content is appended.
             * @example events/chain=03/day=2026-11-30/00000000000000000001.jsonl
             */
            path: string;
            /** @description The URL of the content. Any client that knows it can read the content. */
            url: string;
        };
        /** @description What a refusal knows of this occurrence, in members of their own, so that a program need not read the detail. */
        Facts: {
            /**
             * Format: uuid
             * @description The caller's appointment that is in the way.
             */
            appointmentId?: string | null;
            /**
             * Format: date-time
             * @description The instant of the event that is the reason.
             */
            at?: string | null;
            /**
             * Format: date-time
             * @description The first instant at which the request is possible.
             */
            from?: string | null;
            /**
             * Format: int32
             * @description The limit that is reached.
             */
            limit?: number | null;
            /**
             * Format: date-time
             * @description The instant until which the request was possible, or the reason lasts; the page of the type says which.
             */
            until?: string | null;
        };
        /** @description A wrong field of the request. */
        FieldError: {
            /** @description The reason why the field is wrong. It never repeats the value. */
            detail: string;
            /** @description The part of the request that holds the field: `body`, `path`, `query` or `header`. */
            in: string;
            /** @description A JSON pointer to the field in the body, as a fragment (`#/slotId`), or to the parameter's name. */
            pointer: string;
        };
        /** @description The terms of a follow-up. */
        FollowUp: {
            /**
             * Format: int64
             * @description The fee in paise: 0 for a follow-up free of charge, otherwise 100 or more.
             * @example 20000
             */
            fee: number;
            /**
             * Format: int64
             * @description The number of days after a completed visit within which the follow-up starts, 1 to 183.
             * @example 7
             */
            withinDays: number;
        };
        /** @description A slot that can be booked. */
        FreeSlot: {
            /**
             * @description The clinic in which the visit takes place; absent for a video visit.
             * @example Indiranagar
             */
            clinic?: string | null;
            /**
             * Format: date-time
             * @description The end of the visit.
             */
            end: string;
            /** @description The id of the slot, which a booking names. */
            slotId: components["schemas"]["SlotId"];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
        };
        /**
         * @description A payment of Razorpay, which is one attempt at an order.
         * @example pay_29QQoUBi66xm2f
         */
        GatewayPaymentId: string;
        /** @description API Gateway's own answer, when it refuses a request before a function runs. */
        GatewayRefusal: {
            /** @description The reason in one or two words, such as `Unauthorized`. */
            message: string;
        };
        /** @description The state of a service that works. */
        Health: {
            /**
             * @description Always `ok`: a service that does not work answers 503.
             * @example ok
             */
            status: string;
        };
        /** @description The reason for a hold or a release. */
        HoldReason: {
            /**
             * Format: uuid
             * @description The id of the patient in the case, if there is one.
             */
            patientId?: string | null;
            /**
             * @description The reason, such as the number of a case. It must not contain health data: the audit trail keeps it.
             * @example Court order 2026/1187
             */
            reason: string;
        };
        /** @description What the patient tells the doctor, in an answer. */
        IntakeView: {
            /** @description The patient's notes for the doctor. Only the patient and the doctor of the visit see them. */
            notes?: string | null;
            /** @description The reason of the visit. Only its patient and its doctor see it. */
            reason?: string | null;
            /** @description The symptoms that the patient names. Only the patient and the doctor of the visit see them. */
            symptoms?: string[];
        };
        /** @description The target: exactly one of `doctorId` and `speciality`. Only released slots are offered; book slots that are free. */
        JoinWaitlist: {
            /**
             * Format: uuid
             * @description The id of the doctor to wait for. Not together with `speciality` or `language`.
             */
            doctorId?: string | null;
            /**
             * Format: date-time
             * @description The earliest start of the visit. Default: now.
             */
            from?: string | null;
            /**
             * @description The kind of visit. Default: `consultation`.
             * @example consultation
             * @enum {string|null}
             */
            kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup" | null;
            /**
             * @description A language that the doctor must speak, by a tag (BCP 47) or a name of `listLanguages`. Only together with
             *     `speciality`.
             * @example hi
             */
            language?: string | null;
            /**
             * @description `video` or `clinic`. Default: either.
             * @example video
             * @enum {string|null}
             */
            mode?: "video" | "clinic" | null;
            /**
             * @description The speciality to wait for, by a code, a name or a synonym of `listSpecialities`. Not together with `doctorId`.
             * @example cardiology
             */
            speciality?: string | null;
            /**
             * Format: date-time
             * @description The latest end of the visit, at most 92 days ahead. The entry ends then, too.
             */
            to: string;
        };
        /** @description The length and the fee of a kind of visit. */
        KindTerms: {
            /**
             * Format: int64
             * @description The fee in paise: 0 for a visit free of charge, otherwise 100 or more.
             * @example 90000
             */
            fee: number;
            /**
             * @description The kind of visit: `consultation`, `follow_up`, `emergency` or `routine_checkup`.
             * @example emergency
             * @enum {string}
             */
            kind: "consultation" | "follow_up" | "emergency" | "routine_checkup";
            /**
             * Format: int64
             * @description The number of adjacent slots that the visit takes, 1 to 8. Slots with a pause between them are not adjacent.
             * @example 2
             */
            slots: number;
        };
        /** @description The languages, sorted by their English names. */
        LanguageList: {
            languages: components["schemas"]["Term"][];
        };
        /** @description Both books of one payment. The amounts are in paise. */
        LedgerEntry: {
            /** @description Whether both books agree. */
            balanced: boolean;
            /**
             * Format: int64
             * @description The amount that Vaidya has recorded as captured: the sum of the five amounts that follow.
             */
            captured: number;
            /**
             * Format: int64
             * @description The amount that Razorpay reports as captured.
             */
            gatewayCaptured: number;
            /**
             * Format: int64
             * @description The amount that Razorpay reports as refunded or being refunded.
             */
            gatewayRefunded: number;
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            paymentId: string;
            /**
             * Format: int64
             * @description The refunds that the patient has received.
             */
            refunded: number;
            /**
             * Format: int64
             * @description The refunds that failed and are still owed.
             */
            refundFailed: number;
            /**
             * Format: int64
             * @description The promised refunds that have not been requested from Razorpay yet.
             */
            refundPending: number;
            /**
             * Format: int64
             * @description The refunds that Razorpay is processing.
             */
            refundRequested: number;
            /**
             * Format: int64
             * @description The amount that is kept, under the rules that the payment shows.
             */
            retained: number;
        };
        /** @description A page of the ledger of a day. */
        LedgerPage: {
            /** @description Whether all payments of this page balance. */
            balanced: boolean;
            /** @description The payments, earliest first. */
            entries: components["schemas"]["LedgerEntry"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description A visit of a series that can't be cancelled. */
        LeftVisit: {
            /**
             * Format: uuid
             * @description The id of the appointment.
             */
            appointmentId: string;
            /**
             * @description The type of problem that `cancelAppointment` would answer with.
             * @example visit-over
             */
            reason: string;
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
        };
        /** @description An appointment and, for its doctor, the patient. */
        ListedAppointment: components["schemas"]["Appointment"] & {
            patient?: components["schemas"]["Patient"] | null;
        };
        /** @description A payment and, for an administrator, who pays. */
        ListedPayment: components["schemas"]["Payment"] & {
            payer?: components["schemas"]["Payer"] | null;
        };
        /** @description A waiting list entry and, for its doctor, the patient. */
        ListedWaitlistEntry: components["schemas"]["WaitlistEntry"] & {
            patient?: components["schemas"]["Patient"] | null;
        };
        /**
         * @description A local time of day.
         * @example 09:30
         */
        LocalTime: string;
        /** @description The answer to a log-out. */
        LoggedOut: {
            /**
             * Format: uri
             * @description The address at which a browser ends its session with the hosted log-in page. It returns to the app.
             * @example https://vaidya-dev.auth.ap-south-1.amazoncognito.com/logout?client_id=..
             */
            hostedLogout: string;
        };
        /** @description The credentials of a user. */
        LogIn: {
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The password of the account.
             */
            password: string;
        };
        /** @description The next step of a log-in. */
        LogInChallenge: {
            /**
             * @description `SOFTWARE_TOKEN_MFA`: a code of the authenticator app. `NEW_PASSWORD_REQUIRED`: a password in place of the one of
             *     the invitation.
             * @example SOFTWARE_TOKEN_MFA
             */
            challenge: string;
            /** @description The text that `answerChallenge` takes, within three minutes. */
            session: string;
        };
        /** @description The outcome of a step of a log-in: tokens, or the next challenge. The member `challenge` tells them apart. */
        LogInStep: components["schemas"]["Session"] | components["schemas"]["LogInChallenge"];
        /** @description The caller's profile. */
        Me: {
            address?: components["schemas"]["Address"] | null;
            /**
             * Format: date
             * @description The day of birth.
             */
            birthDate?: string | null;
            /**
             * Format: date-time
             * @description The instant at which the profile was made.
             */
            createdAt: string;
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * @description The first name, for papers that ask for it.
             * @example Asha
             */
            firstName?: string | null;
            /**
             * Format: uuid
             * @description The id of the user, also as a patient and as a doctor.
             */
            id: string;
            /**
             * @description The language in which the user reads, as a tag of BCP 47.
             * @example en
             */
            language: string;
            /**
             * @description The last name, for papers that ask for it.
             * @example Rao
             */
            lastName?: string | null;
            /**
             * @description The name that doctors see.
             * @example Asha Rao
             */
            name: string;
            /**
             * @description The telephone number in the format E.164.
             * @example +919876543210
             */
            phone?: string | null;
            /**
             * @description The roles in the access token: `patient`, `doctor`, `lab`, `admin`.
             * @example [
             *       "patient"
             *     ]
             */
            roles: string[];
            /**
             * @description `female`, `male` or `other`.
             * @example female
             */
            sex?: string | null;
            /**
             * Format: date-time
             * @description The instant of the sign-in from which the access token of this request comes.
             */
            signedInAt: string;
            /**
             * Format: date-time
             * @description The instant of the last change of the profile, of the emergency contacts or of the preferences.
             */
            updatedAt: string;
            /**
             * @description The IANA time zone of the user's local times.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description A visit of a series. */
        Occurrence: {
            /**
             * Format: uuid
             * @description The id of the appointment. Absent until the visit is booked.
             */
            appointmentId?: string | null;
            /** @description Whether the visit can be booked or, in the answer to a booking, whether it was booked. */
            available: boolean;
            /**
             * Format: int64
             * @description The fee in paise.
             * @example 50000
             */
            fee?: number | null;
            /**
             * Format: date-time
             * @description The first instant at which the hold is over. Absent without a fee.
             */
            holdUntil?: string | null;
            /**
             * @description The reason for a refusal: `not-published`, `slot-taken`, `slot-yours`, `in-past`, `too-short-notice`,
             *     `too-few-slots`, `doctor-unavailable`, `day-full`, `patient-busy`, `too-many-holds`, `too-many-appointments` or
             *     `too-many-cancellations`.
             * @example slot-taken
             */
            reason?: string | null;
            /** @description The id of the slot. */
            slotId: components["schemas"]["SlotId"];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
        };
        /** @description A slot that is kept for a patient for a limited time. */
        Offer: {
            /**
             * @description The clinic of the visit. Absent for a video visit.
             * @example Indiranagar
             */
            clinic?: string | null;
            /**
             * Format: uuid
             * @description The id of the doctor.
             */
            doctorId: string;
            /**
             * Format: date-time
             * @description The end of the visit.
             */
            end: string;
            /** @description The id of the first slot of the visit. */
            slotId: components["schemas"]["SlotId"];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
            /**
             * Format: date-time
             * @description The first instant at which the offer is over. The slot is then offered to the next entry.
             */
            until: string;
        };
        /** @description The refresh token of a hosted log-in. */
        OpenSession: {
            /** @description The refresh token from the exchange of the log-in's code. */
            refreshToken: string;
        };
        /**
         * @description An order of Razorpay.
         * @example order_EKwxwAgItmmXdp
         */
        OrderId: string;
        /** @description A slot that is held, offered or booked outside the schedule. */
        OutsideSlot: {
            /**
             * Format: uuid
             * @description The appointment of the slot; absent if the slot is only offered. The appointment can be moved or cancelled, or
             *     stay.
             */
            appointmentId?: string | null;
            /**
             * Format: date-time
             * @description The end of the slot.
             */
            end: string;
            /** @description The id of the slot. */
            slotId: components["schemas"]["SlotId"];
            /**
             * Format: date-time
             * @description The start of the slot.
             */
            start: string;
            /**
             * @description `held` for a patient who has not paid yet, `booked`, or `offered` to a patient who waits.
             * @example booked
             */
            state: string;
        };
        /**
         * @description What became of the visit that was paid for.
         * @enum {string}
         */
        PaidFor: "booked" | "held" | "cancelled" | "cancelled_before_payment" | "patient_absent" | "doctor_absent";
        /** @description The visit that a receipt is for. */
        PaidVisit: {
            /**
             * @description The name of the clinic. Absent for a video visit.
             * @example Indiranagar
             */
            clinic?: string | null;
            /**
             * Format: date-time
             * @description The end of the visit.
             */
            end: string;
            /**
             * @description The kind of the visit.
             * @example consultation
             */
            kind: string;
            /**
             * @description `video` or `clinic`.
             * @example clinic
             */
            mode: string;
            /** @description What became of the visit. */
            outcome: components["schemas"]["PaidFor"];
            /**
             * Format: date-time
             * @description The start of the visit.
             */
            start: string;
            /**
             * @description The time of the visit in words: in the zone of the clinic, or of the patient for a video visit.
             * @example Tuesday, 1 December 2026, 10:30 to 11:00 (Asia/Kolkata)
             */
            told: string;
        };
        /** @description A patient, as the patient's doctor sees them. */
        Patient: {
            /**
             * Format: int32
             * @description The age in whole years today. Absent if the profile has no day of birth.
             * @example 36
             */
            age?: number | null;
            /**
             * @description The name of the patient's profile.
             * @example Meera Iyer
             */
            name: string;
            /**
             * @description The telephone number in the format E.164. Absent if the profile has none.
             * @example +919876543210
             */
            phone?: string | null;
            /**
             * @description `female`, `male` or `other`. Absent if the profile does not say it.
             * @example female
             */
            sex?: string | null;
        };
        /** @description A person to call if something happens to the patient. */
        PatientContact: {
            /**
             * @description The contact's name.
             * @example Ravi Iyer
             */
            name: string;
            /**
             * @description The contact's telephone number in the format E.164.
             * @example +919876543211
             */
            phone: string;
            /**
             * @description What the contact is to the patient, in the patient's words.
             * @example husband
             */
            relation: string;
        };
        /** @description The patient who pays, for an administrator. */
        Payer: {
            /**
             * @description The name of the patient's profile.
             * @example Meera Iyer
             */
            name: string;
        };
        /** @description The payment of an appointment. */
        Payment: {
            /**
             * Format: int64
             * @description The amount due, in paise.
             * @example 50000
             */
            amount: number;
            /**
             * Format: uuid
             * @description The id of the appointment that is paid for.
             */
            appointmentId: string;
            /**
             * Format: int64
             * @description The total captured, in paise. It exceeds `amount` if the patient paid twice by mistake.
             */
            captured: number;
            /**
             * @description The ISO 4217 code of the currency.
             * @example INR
             */
            currency: string;
            /**
             * Format: uuid
             * @description The id of the thing that is paid for.
             */
            entityId: string;
            /**
             * @description The kind of thing that is paid for: `appointment`.
             * @example appointment
             */
            entityType: string;
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            id: string;
            orderId?: components["schemas"]["OrderId"] | null;
            /**
             * Format: date-time
             * @description The instant at which the payment was captured.
             */
            paidAt?: string | null;
            /**
             * Format: uuid
             * @description The id of the patient who pays.
             */
            patientId: string;
            /**
             * Format: int64
             * @description The part of `captured` that no refund is promised for, in paise.
             */
            retained: number;
            /**
             * Format: date-time
             * @description The instant at which the patient started the payment.
             */
            startedAt?: string | null;
            /**
             * @description `intent`: the order is being made; `open`: the order can be paid; `captured`: the order is paid, refunded or
             *     not.
             * @example captured
             */
            state: string;
        };
        /** @description A payment with its attempts, accounts, refunds and receipt number. */
        PaymentDetails: components["schemas"]["Payment"] & {
            /** @description The money of each captured attempt. */
            accounts: components["schemas"]["Account"][];
            /** @description The attempts at paying that Razorpay has reported. */
            attempts: components["schemas"]["Attempt"][];
            /**
             * Format: date-time
             * @description The instant of the last attempt that failed. Absent if none has failed, or once the payment is captured.
             */
            failedAt?: string | null;
            payer?: components["schemas"]["Payer"] | null;
            /**
             * @description The number of the receipt. Absent until it is issued.
             * @example VAI/26-27/000001
             */
            receiptNumber?: string | null;
            /**
             * Format: date-time
             * @description The instant at which the last refund was processed. Absent while any refund is still owed, and without one.
             */
            refundedAt?: string | null;
            /** @description The refunds of the payment. */
            refunds: components["schemas"]["Refund"][];
        };
        /** @description A page of payments, earliest first. */
        PaymentList: {
            nextCursor?: components["schemas"]["Cursor"] | null;
            /** @description The payments of the page. */
            payments: components["schemas"]["ListedPayment"][];
        };
        /** @description The order for Razorpay's checkout. */
        PaymentOrder: {
            /**
             * Format: int64
             * @description The amount due, in paise.
             * @example 50000
             */
            amount: number;
            /**
             * @description The ISO 4217 code of the currency.
             * @example INR
             */
            currency: string;
            /**
             * Format: date-time
             * @description The first instant at which the hold is over. A later payment gets the slot if it is still free, and is refunded
             *     otherwise.
             */
            holdUntil: string;
            /**
             * @description Vaidya's public key at Razorpay: `key` of the checkout.
             * @example rzp_live_ILgsfZCZoFIKMb
             */
            keyId: string;
            /** @description The id of the order at Razorpay: `order_id` of the checkout. */
            orderId: components["schemas"]["OrderId"];
            /**
             * Format: uuid
             * @description Vaidya's id of the payment: `confirmPayment` needs it.
             */
            paymentId: string;
        };
        /** @description The state of a payment and of its visit. */
        PaymentResult: {
            /**
             * @description The status of the appointment.
             * @example confirmed
             */
            appointmentStatus: string;
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            paymentId: string;
            /**
             * @description `captured`; `processing`: not captured yet, ask again; `refunding`, `refunded` or `refund_failed`: the visit
             *     could not be confirmed or was cancelled; `refused`: the payment does not match the order, and an operator
             *     handles it.
             * @example captured
             */
            state: string;
        };
        /** @description The place of a visit. */
        Place: {
            /** @enum {string} */
            mode: "video";
        } | {
            /** @enum {string} */
            mode: "clinic";
            /**
             * @description The name by which patients know the clinic, 1 to 80 characters. E-mails and calendars show the name too; it
             *     need not reveal the speciality.
             */
            name: string;
        };
        /** @description How the service speaks to the caller. */
        Preferences: {
            /**
             * @description The language in which the user reads, as a tag of BCP 47. It is that of the profile.
             * @example en
             */
            language: string;
            /**
             * @description Which reminders of visits are sent: `all` or `none`.
             * @example all
             */
            reminders: string;
            /**
             * @description The IANA time zone of the user's local times. It is that of the profile.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description The new priority of the entry. */
        PrioritiseWaitlistEntry: {
            /**
             * @description `urgent` or `routine`.
             * @example urgent
             * @enum {string}
             */
            priority: "urgent" | "routine";
        };
        /** @description The body of a problem, in the terms of RFC 9457. */
        Problem: components["schemas"]["Facts"] & {
            /** @description The details of this occurrence. Never holds health data. */
            detail?: string | null;
            /** @description The wrong fields. */
            errors?: components["schemas"]["FieldError"][];
            /** @description The id of the request. Quote it when you ask for help. */
            instance: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The summary of the type. */
            title: string;
            /** @description A reference to the page that explains this type of problem. */
            type: string;
        };
        /** @description The proof that the caller is the owner of an account with a second factor. */
        ProofOfOwner: {
            /**
             * @description A code of the authenticator app. Each code is accepted once.
             * @example 287082
             */
            code: string;
            /**
             * Format: password
             * @description The password of the account.
             */
            password: string;
        };
        /** @description The result of a publication. */
        Publication: {
            /** @description The number of slots that were published before. */
            alreadyPublished: number;
            /** @description The number of new slots. */
            published: number;
        };
        /** @description The slots to publish: either `rule` or `slots`. */
        PublishAvailability: {
            rule?: components["schemas"]["WeeklyHours"] | null;
            /** @description Single slots, at most 1000. */
            slots?: components["schemas"]["SingleSlot"][] | null;
        };
        /** @description The receipt of a paid visit. */
        Receipt: {
            /**
             * Format: int64
             * @description The amount paid, tax included, in paise.
             * @example 50000
             */
            amount: number;
            /**
             * @description The ISO 4217 code of the currency.
             * @example INR
             */
            currency: string;
            /** @description The doctor's name when the receipt was issued. */
            doctorName: string;
            /**
             * @description The id of the attempt at Razorpay that paid, as it stands in the statement of account.
             * @example pay_29QQoUBi66xm2f
             */
            gatewayPaymentId: string;
            /**
             * Format: date-time
             * @description The instant at which the receipt was issued.
             */
            issuedAt: string;
            /** @description Who issued the receipt. */
            issuer: components["schemas"]["ReceiptIssuer"];
            /**
             * @description The method of the payment: `card`, `upi`, `netbanking`, `wallet`, `emi`, `cardless_emi`, `paylater`,
             *     `bank_transfer`, or `other`. Absent if Razorpay named none.
             * @example upi
             */
            method?: string | null;
            /**
             * @description The number of the receipt, in the gapless series of its financial year.
             * @example VAI/26-27/000001
             */
            number: string;
            /**
             * Format: date-time
             * @description The instant at which the payment was captured.
             */
            paidAt: string;
            /**
             * @description The patient's name when the receipt was issued. Absent after the patient's data was erased.
             * @example Asha Rao
             */
            patientName?: string | null;
            /**
             * @description The name of the person who paid. Absent after the patient's data was erased.
             * @example Asha Rao
             */
            payerName?: string | null;
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            paymentId: string;
            /**
             * Format: int64
             * @description The part of the amount that is promised as a refund and has not arrived yet, in paise.
             */
            refundDue: number;
            /**
             * Format: int64
             * @description The part of the amount that has been refunded so far, in paise.
             */
            refunded: number;
            /** @description The doctor's registration number. */
            registrationNumber: string;
            /**
             * Format: int64
             * @description The part of the amount that is kept, in paise.
             */
            retained: number;
            /**
             * Format: int64
             * @description The tax that the amount includes, in paise.
             * @example 0
             */
            tax: number;
            /**
             * Format: int32
             * @description The tax rate in basis points (hundredths of a percent). 0 means exempt.
             */
            taxBasisPoints: number;
            /** @description The visit that was paid for, as it is now. */
            visit: components["schemas"]["PaidVisit"];
        };
        /** @description The issuer of a receipt. */
        ReceiptIssuer: {
            /** @description The registered address. */
            address?: string | null;
            /**
             * @description The registration for the goods and services tax.
             * @example 29AAAAA0000A1ZY
             */
            gstin?: string | null;
            /** @description The registered name. */
            name: string;
            /**
             * @description The permanent account number.
             * @example AAAAA0000A
             */
            pan?: string | null;
        };
        /** @description The outcome of the visit. */
        RecordOutcome: {
            /**
             * @description `completed`, `patient_absent` or `doctor_absent`.
             * @example completed
             */
            outcome: string;
        };
        /** @description An account, its password and one of its recovery codes. */
        RecoverAccount: {
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The password of the account.
             */
            password: string;
            /**
             * @description A recovery code that was not used yet. Case, hyphens and spaces do not matter.
             * @example 7K2M-Q9RT-0XJ4-VHBC
             */
            recoveryCode: string;
        };
        /** @description New recovery codes, which are shown in this answer only. */
        RecoveryCodes: {
            /**
             * @description Ten codes. Each of them can be used once, in place of a code of the authenticator app that is lost.
             * @example [
             *       "7K2M-Q9RT-0XJ4-VHBC"
             *     ]
             */
            recoveryCodes: string[];
        };
        /** @description The refresh token to exchange. */
        RefreshSession: {
            /** @description The refresh token of the previous session. */
            refreshToken: string;
        };
        /** @description A refund of one attempt. */
        Refund: {
            /**
             * Format: int64
             * @description The amount of the refund, in paise.
             * @example 25000
             */
            amount: number;
            /**
             * @description Razorpay's id of the refund. Absent until Razorpay has made it.
             * @example rfnd_FP8QHiV938haTz
             */
            gatewayRefundId?: string | null;
            /** @description Vaidya's id of the refund, unique within its payment. */
            id: components["schemas"]["RefundId"];
            /**
             * Format: uuid
             * @description The id of the payment.
             */
            paymentId: string;
            /**
             * @description The reason for the refund.
             * @example cancelled_by_patient
             */
            reason: string;
            /** @description The administrator's remark about the refund. */
            remark?: string | null;
            /**
             * Format: date-time
             * @description The instant at which the refund entered this state.
             */
            since?: string | null;
            /**
             * @description `pending`: promised; `requested`: Razorpay is processing it; `processed`: the patient has received it; `failed`:
             *     it is still owed, and an operator handles it; `superseded`: Razorpay had already refunded the same money without
             *     our request.
             * @example processed
             */
            state: string;
            /**
             * Format: int32
             * @description The number of earlier tries that failed.
             */
            tries: number;
        };
        /**
         * @description The id of a refund within its payment.
         * @example pay_29QQoUBi66xm2f
         */
        RefundId: string;
        /** @description A page of refunds. The refund that has been in its state for longest comes first. */
        RefundList: {
            nextCursor?: components["schemas"]["Cursor"] | null;
            /** @description The refunds of the page. */
            refunds: components["schemas"]["Refund"][];
        };
        /** @description The amount of the refund and its reason. */
        RefundPayment: {
            /**
             * Format: int64
             * @description The amount in paise: at least one rupee, and either the whole remainder of the captured amount, or an amount
             *     that leaves at least one rupee. Not together with `fault`.
             * @example 10000
             */
            amount?: number | null;
            /**
             * @description `platform`: the visit failed through no fault of the patient or the doctor. The whole remainder is refunded,
             *     under the rule `platform_fault`. Not together with `amount`.
             */
            fault?: string | null;
            gatewayPaymentId?: components["schemas"]["GatewayPaymentId"] | null;
            /**
             * @description The reason. The patient can read it. It must not contain health data.
             * @example The visit started 40 minutes late.
             */
            reason: string;
        };
        /** @description The registration of an account. */
        Register: {
            /**
             * Format: email
             * @description The e-mail address that names the account. The confirmation code is sent to it.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * @description The name that doctors see, 1 to 100 characters.
             * @example Asha Rao
             */
            name: string;
            /**
             * Format: password
             * @description The password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit.
             */
            password: string;
        };
        /** @description The registration of a verified doctor. */
        RegisterDoctor: {
            /**
             * @description The doctor's description for patients, at most 500 characters; empty for none.
             * @example Twenty years of cardiology in Bengaluru.
             */
            bio?: string | null;
            /**
             * Format: email
             * @description The e-mail address with which the doctor logs in, and to which notifications go.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * Format: int64
             * @description The fee of a visit in paise; 0 if visits are free of charge.
             * @example 50000
             */
            fee: number;
            /**
             * @description The languages in which the doctor consults: 1 to 6, each by a tag (BCP 47) or a name of `listLanguages`.
             * @example [
             *       "en-IN",
             *       "hi"
             *     ]
             */
            languages: string[];
            /**
             * @description The doctor's name, 1 to 100 characters.
             * @example Asha Rao
             */
            name: string;
            /**
             * @description The doctor's degrees, 1 to 100 characters.
             * @example MBBS, MD (Cardiology)
             */
            qualification: string;
            /**
             * @description The number in the medical register. It cannot be changed later.
             * @example KMC/12345
             */
            registrationNumber: string;
            /**
             * @description The doctor's specialities, the main one first: 1 to 5, each by a code, a name or a synonym of
             *     `listSpecialities`.
             * @example [
             *       "cardiology"
             *     ]
             */
            specialities: string[];
            terms?: {
                /**
                 * Format: int64
                 * @description The maximum number of visits on one day of the doctor's zone, including holds: 1 to 200. There is no limit if it
                 *     is left out.
                 */
                dailyLimit?: number | null;
                followUp?: components["schemas"]["FollowUp"] | null;
                /** @description The kinds of visits with a length or a fee of their own. Each kind may occur once. */
                kinds?: components["schemas"]["KindTerms"][];
            } & Record<string, never>;
            /**
             * @description The title before the name, at most 20 characters; empty for none. If it is left out, the title in the name
             *     counts, otherwise `Dr.`.
             * @example Dr.
             */
            title?: string | null;
            /**
             * @description The IANA time zone of the doctor's hours.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description The answer to a registration. */
        Registration: {
            /**
             * @description The next step, in words.
             * @example If the address has no account yet, a code was sent to it.
             */
            next: string;
        };
        /** @description The emergency contacts that replace those of before. */
        ReplaceEmergencyContacts: {
            /** @description The people to call, in the order in which they are called: at most 5, each with a number of its own. */
            contacts: components["schemas"]["ContactBody"][];
        };
        /** @description The new time of the visit. */
        RescheduleAppointment: {
            /** @description The id of the new first slot, from the list of the same doctor's free slots. */
            slotId: components["schemas"]["SlotId"];
        };
        /** @description An account, a code that was sent to its address, and its new password. */
        ResetPassword: {
            /**
             * @description The digits from the e-mail.
             * @example 123456
             */
            code: string;
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email: string;
            /**
             * Format: password
             * @description The new password: 12 to 256 characters with a lowercase letter, an uppercase letter and a digit.
             */
            password: string;
        };
        /**
         * @description The schedule of a doctor, from which slots are published.
         *
         *     Where hours overlap, an override takes precedence over a rule, and an earlier item of a list over a later one. Slots
         *     of the hours without precedence that overlap a slot or its pauses are not published.
         */
        Schedule: {
            /** @description The times in which no slot is published, such as leave; at most 100. */
            blocked?: components["schemas"]["BlockedTime"][];
            /**
             * Format: int64
             * @description The horizon: the number of days after today for which slots are published, 1 to 92.
             * @default 28
             */
            horizonDays?: number;
            /**
             * Format: int64
             * @description The notice: the minutes before its start at which a slot closes for booking, at most 43200 (thirty days).
             * @example 120
             */
            noticeMinutes?: number;
            /** @description The dates with other hours, at most 100, each once. */
            overrides?: components["schemas"]["ScheduleOverride"][];
            /** @description The weekly hours: at most 30 rules, with at most 1000 slots a week in all. */
            rules: components["schemas"]["ScheduleRule"][];
        };
        /** @description Hours of a day, which are cut into slots. */
        ScheduleHours: {
            /**
             * Format: int64
             * @description The pause after a slot in minutes, 0 to 240.
             */
            bufferAfterMinutes?: number;
            /**
             * Format: int64
             * @description The pause before a slot in minutes, 0 to 240.
             */
            bufferBeforeMinutes?: number;
            /** @description The end of the hours, in local time. An end that is not after `start` is on the next day. */
            end: components["schemas"]["LocalTime"];
            /** @description The place of the visits; by video if it is left out. */
            place?: components["schemas"]["Place"];
            /**
             * Format: int64
             * @description The length of a slot in minutes, 5 to 480.
             */
            slotMinutes: number;
            /** @description The start of the hours, in local time. */
            start: components["schemas"]["LocalTime"];
            /**
             * @description The IANA time zone of the local times; the doctor's zone if it is left out.
             * @example Asia/Kolkata
             */
            zone?: string | null;
        };
        /** @description The hours of one date, which replace those of the rules. */
        ScheduleOverride: {
            /**
             * Format: date
             * @description The date.
             */
            date: string;
            /** @description The hours of the date, at most four, with at most 150 slots in all. An empty list is a day off. */
            hours: components["schemas"]["ScheduleHours"][];
        };
        /** @description Weekly hours. */
        ScheduleRule: {
            /**
             * Format: date
             * @description The first date on which the hours start; no limit if it is left out.
             */
            first?: string | null;
            hours: components["schemas"]["ScheduleHours"];
            /**
             * Format: date
             * @description The last date on which the hours start; no limit if it is left out.
             */
            last?: string | null;
            /** @description The days of the week on which the hours start, each once. */
            weekdays: components["schemas"]["Day"][];
        };
        /** @description A schedule, and the taken slots outside it. */
        ScheduleState: {
            /**
             * @description The slots that are held, offered or booked outside the schedule or in a blocked time, earliest first. These
             *     slots do not change.
             */
            outside: components["schemas"]["OutsideSlot"][];
            schedule: components["schemas"]["Schedule"];
            /** @description The number of slots of a week in which all rules apply: without other hours on single dates and blocked times. */
            slotsOfAWeek: number;
            /** @description What is unusual about the hours and may be a mistake. The schedule applies nevertheless. */
            warnings: components["schemas"]["ScheduleWarning"][];
        };
        /** @description Hours that may be a mistake. */
        ScheduleWarning: {
            /**
             * @description `whole_day`: start and end are the same; `overnight`: the end is before the start, and so on the next day;
             *     `no_slot`: a slot is longer than the hours.
             * @example overnight
             */
            code: string;
            /** @description The warning as a sentence, with the number of slots. */
            detail: string;
            /**
             * @description A JSON pointer to the hours in `schedule`.
             * @example #/rules/0/hours
             */
            pointer: string;
        };
        /** @description Visits that were booked together. */
        Series: {
            /**
             * Format: uuid
             * @description The id of the doctor.
             */
            doctorId: string;
            /**
             * Format: uuid
             * @description The id of the series.
             */
            id: string;
            /** @description The result for each requested visit, in the order of time. */
            occurrences: components["schemas"]["Occurrence"][];
        };
        /** @description The cancellation of a series: what is cancelled, and what is left. */
        SeriesCancellation: {
            /**
             * Format: date-time
             * @description The instant for which the refunds hold.
             */
            at: string;
            /** @description The visits that are cancelled, in the order in which they were booked. */
            cancelled: components["schemas"]["CancelledVisit"][];
            /** @description The visits that can't be cancelled, each with the reason. */
            left: components["schemas"]["LeftVisit"][];
            /**
             * Format: int64
             * @description The sum of the refunds in paise. The doctor does not see it.
             * @example 50000
             */
            refundAmount?: number | null;
        };
        /** @description What `cancelSeries` would answer. It is made of a patient's visits and payments, which each are disclosed. */
        SeriesCancellationPreview: components["schemas"]["SeriesCancellation"];
        /** @description The preview of a series. */
        SeriesPreview: {
            /** @description The visits, in the order of time. */
            occurrences: components["schemas"]["Occurrence"][];
        };
        /** @description The visits of a series, in the order in which they were booked. */
        SeriesVisits: {
            /** @description The appointments of the series. */
            appointments: components["schemas"]["Appointment"][];
            /**
             * Format: uuid
             * @description The id of the series.
             */
            id: string;
        };
        /** @description The tokens of a session. */
        Session: {
            /** @description The bearer token for all other requests. */
            accessToken: string;
            /**
             * Format: int32
             * @description The seconds after which the access token expires.
             * @example 900
             */
            expiresIn: number;
            /** @description The token that `refreshSession` exchanges, once, for the next session. */
            refreshToken: string;
            /**
             * @description Always `Bearer`.
             * @example Bearer
             */
            tokenType: string;
        };
        /** @description A single slot. */
        SingleSlot: {
            /**
             * Format: date-time
             * @description The end, at most 480 minutes after the start.
             */
            end: string;
            /**
             * Format: date-time
             * @description The start, a whole minute in the future.
             */
            start: string;
        };
        /**
         * @description The id of a slot: its start in UTC, a whole minute.
         * @example 20261201T0430Z
         */
        SlotId: string;
        /** @description A page of free slots, earliest first. */
        SlotList: {
            nextCursor?: components["schemas"]["Cursor"] | null;
            slots: components["schemas"]["FreeSlot"][];
        };
        /** @description The specialities, sorted by their English names. */
        SpecialityList: {
            specialities: components["schemas"]["Term"][];
        };
        /**
         * @description The order of a list by the start of the appointments.
         * @enum {string}
         */
        StartOrder: "earliest-first" | "latest-first";
        /** @description The reason of a suspension. */
        SuspendDoctor: {
            /**
             * @description The reason, for administrators: one line of 1 to 200 characters without health data. If the doctor is suspended
             *     already, the first reason stands.
             * @example The registration has lapsed.
             */
            reason: string;
        };
        /** @description A suspended doctor. */
        SuspendedDoctor: {
            /** @description The doctor. */
            doctor: components["schemas"]["Doctor"];
            /**
             * @description The reason of the suspension, as the administrator wrote it.
             * @example The registration has lapsed.
             */
            reason: string;
        };
        /** @description A page of suspended doctors, sorted by name. */
        SuspendedDoctorList: {
            doctors: components["schemas"]["SuspendedDoctor"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description A speciality or a language. */
        Term: {
            /**
             * @description The code that views of doctors show: a slug of a speciality, or the tag of a language (BCP 47).
             * @example cardiology
             */
            code: string;
            name: {
                /**
                 * @description The English name.
                 * @example Cardiology
                 */
                en: string;
                /**
                 * @description The Hindi name.
                 * @example हृदय रोग
                 */
                hi: string;
            } & Record<string, never>;
            /**
             * @description Other words for it, in any language and script, that requests may use.
             * @example [
             *       "heart",
             *       "cardiologist"
             *     ]
             */
            synonyms: string[];
        };
        /** @description All that the patient tells the doctor. A field is removed if it is left out, `null` or empty. */
        UpdateAppointment: {
            /** @description Notes for the doctor, 1 to 2000 characters. */
            notes?: string | null;
            /** @description The reason of the visit, 1 to 1000 characters. */
            reason?: string | null;
            /** @description The symptoms, at most 20, each 1 to 100 characters. */
            symptoms?: string[] | null;
        };
        /** @description The fields of a doctor that can be changed. */
        UpdateDoctor: {
            /**
             * @description The doctor's description for patients, at most 500 characters; empty for none. It does not change if it
             *     is left out.
             * @example Twenty years of cardiology in Bengaluru.
             */
            bio?: string | null;
            /**
             * Format: email
             * @description The e-mail address for notifications. No view shows the address, so it does not change if it is left out.
             */
            email?: string | null;
            /**
             * Format: int64
             * @description The fee, in paise, of visits that are booked from now on; 0 if they are free of charge.
             * @example 50000
             */
            fee: number;
            /**
             * @description The languages in which the doctor consults: 1 to 6, each by a tag (BCP 47) or a name of `listLanguages`.
             * @example [
             *       "en-IN",
             *       "hi"
             *     ]
             */
            languages: string[];
            /**
             * @description The doctor's name, 1 to 100 characters.
             * @example Asha Rao
             */
            name: string;
            /**
             * @description The doctor's degrees, 1 to 100 characters.
             * @example MBBS, MD (Cardiology)
             */
            qualification: string;
            /**
             * @description The doctor's specialities, the main one first: 1 to 5, each by a code, a name or a synonym of
             *     `listSpecialities`.
             * @example [
             *       "cardiology"
             *     ]
             */
            specialities: string[];
            terms?: {
                /**
                 * Format: int64
                 * @description The maximum number of visits on one day of the doctor's zone, including holds: 1 to 200. There is no limit if it
                 *     is left out.
                 */
                dailyLimit?: number | null;
                followUp?: components["schemas"]["FollowUp"] | null;
                /** @description The kinds of visits with a length or a fee of their own. Each kind may occur once. */
                kinds?: components["schemas"]["KindTerms"][];
            } & Record<string, never>;
            /**
             * @description The title before the name, at most 20 characters; empty for none. If it is left out, the title in the name
             *     counts, otherwise the title does not change.
             * @example Dr.
             */
            title?: string | null;
            /**
             * @description The IANA time zone of the doctor's hours.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description The fields of the profile. An optional field is removed if it is left out, `null` or empty. */
        UpdateMe: {
            address?: components["schemas"]["AddressBody"] | null;
            /**
             * Format: date
             * @description The day of birth, from 1900 on and not in the future.
             */
            birthDate?: string | null;
            /**
             * @description The first name, for papers that ask for it, 1 to 100 characters. It says nothing about `name`.
             * @example Asha
             */
            firstName?: string | null;
            /**
             * @description The language in which the user reads, as a tag of BCP 47. It stays if it is left out.
             * @example en
             */
            language?: string | null;
            /**
             * @description The last name, for papers that ask for it, 1 to 100 characters.
             * @example Rao
             */
            lastName?: string | null;
            /**
             * @description The name that doctors see, 1 to 100 characters. If it is left out, it is made of first and last name.
             * @example Asha Rao
             */
            name?: string | null;
            /**
             * @description The telephone number, with any separators. A number without a country code is an Indian one unless the stage has
             *     another country. It is stored, and shown, in the format E.164.
             * @example +91 98765 43210
             */
            phone?: string | null;
            /**
             * @description `female`, `male` or `other`. The doctors who treat the user see it.
             * @example female
             */
            sex?: string | null;
            /**
             * @description The IANA time zone of the user's local times. It stays if it is left out.
             * @example Asia/Kolkata
             */
            zone?: string | null;
        };
        /** @description The preferences. */
        UpdatePreferences: {
            /**
             * @description The language in which the user reads, as a tag of BCP 47.
             * @example hi
             */
            language: string;
            /**
             * @description Which reminders of visits are sent: `all` or `none`.
             * @example all
             */
            reminders: string;
            /**
             * @description The IANA time zone of the user's local times.
             * @example Asia/Kolkata
             */
            zone: string;
        };
        /** @description A user, as administrators see one. It has nothing of the user's health and nothing of the profile. */
        User: {
            /**
             * Format: date-time
             * @description The instant at which the account was made.
             */
            createdAt: string;
            /**
             * @description The e-mail address of the account.
             * @example asha.rao@example.com
             */
            email?: string | null;
            /** @description Whether the user has proved that the address is theirs. */
            emailVerified: boolean;
            /**
             * Format: uuid
             * @description The id of the user, also as a patient and as a doctor.
             */
            id: string;
            /**
             * @description The name that the user gave at the sign-up.
             * @example Asha Rao
             */
            name?: string | null;
            /**
             * @description The roles of the user's next token: `patient`, `doctor`, `lab`, `admin`.
             * @example [
             *       "patient"
             *     ]
             */
            roles: string[];
            /**
             * @description How the account stands: `active`, `invited`, `unconfirmed`, `disabled` or `other`.
             * @example active
             */
            status: string;
        };
        /** @description A page of users. */
        UserList: {
            nextCursor?: components["schemas"]["Cursor"] | null;
            /** @description The users of the page. */
            users: components["schemas"]["User"][];
        };
        /** @description The patient of a visit that a doctor looks at, with the people to call if something happens to the patient. */
        VisitingPatient: components["schemas"]["Patient"] & {
            /** @description The people to call, in the order in which the patient wants them called. Absent if the profile has none. */
            emergencyContacts?: components["schemas"]["PatientContact"][];
        };
        /** @description A patient in the waiting room. */
        Waiting: {
            /**
             * Format: uuid
             * @description The id of the patient's appointment.
             */
            appointmentId: string;
            /**
             * Format: date-time
             * @description The instant at which the patient checked in.
             */
            since: string;
        };
        /** @description A waiting list entry: the visit for which a patient waits. */
        WaitlistEntry: {
            /**
             * Format: uuid
             * @description The id of the appointment that was booked from an offer. Present only for `booked`.
             */
            appointmentId?: string | null;
            /**
             * Format: uuid
             * @description The id of the doctor for whom the patient waits. Absent if the patient waits for a speciality.
             */
            doctorId?: string | null;
            /** @description The reason for which the entry ended without a visit: `window_over` or `offers_passed`. */
            endedBecause?: string | null;
            /**
             * Format: date-time
             * @description The earliest start of the visit.
             */
            from: string;
            /**
             * Format: uuid
             * @description The id of the entry.
             */
            id: string;
            /**
             * Format: date-time
             * @description The instant at which the patient joined. Entries of one priority are served in this order.
             */
            joinedAt: string;
            /**
             * @description The kind of visit.
             * @example consultation
             */
            kind: string;
            /**
             * @description The language that the doctor must speak. Absent if any language suits.
             * @example hi
             */
            language?: string | null;
            /**
             * @description `video` or `clinic`. Absent if either suits.
             * @example video
             */
            mode?: string | null;
            offer?: components["schemas"]["Offer"] | null;
            /**
             * Format: uuid
             * @description The id of the patient who waits.
             */
            patientId: string;
            /**
             * @description `urgent` or `routine`.
             * @example routine
             */
            priority: string;
            /**
             * @description The speciality for which the patient waits. Absent if the patient waits for a doctor.
             * @example cardiology
             */
            speciality?: string | null;
            /**
             * @description `waiting`, `offered`, `booked`, `left` or `ended`.
             * @example offered
             */
            status: string;
            /**
             * Format: date-time
             * @description The latest end of the visit, at which the entry ends, too.
             */
            to: string;
        };
        /** @description A page of waiting list entries. */
        WaitlistPage: {
            /** @description The entries of the page. */
            entries: components["schemas"]["ListedWaitlistEntry"][];
            nextCursor?: components["schemas"]["Cursor"] | null;
        };
        /** @description Weekly hours, cut into slots. */
        WeeklyHours: {
            /**
             * Format: int64
             * @description The pause after a slot in minutes, 0 to 240.
             */
            bufferMinutes?: number;
            /** @description The end of the hours, in local time. An end that is not after `start` is on the next day. */
            end: components["schemas"]["LocalTime"];
            /**
             * Format: date
             * @description The first day.
             */
            from: string;
            /**
             * Format: int64
             * @description The length of a slot in minutes, 5 to 480.
             */
            slotMinutes: number;
            /** @description The start of the hours, in local time. */
            start: components["schemas"]["LocalTime"];
            /**
             * Format: date
             * @description The last day, at most 92 days after the first.
             */
            to: string;
            /** @description The days of the week on which the hours start. */
            weekdays: components["schemas"]["Day"][];
            /**
             * @description The IANA time zone of the local times; the doctor's zone if it is left out.
             * @example Asia/Kolkata
             */
            zone?: string | null;
        };
    };
    responses: {
        /** @description API Gateway refused the request before it reached a function. */
        GatewayRefusal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["GatewayRefusal"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    apiDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    apiDocsFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name of the file. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openapiDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewProblemType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The last segment of the problem's `type`. */
                problemType: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAppointments: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description Appointments of this doctor. For administrators, and for this doctor. */
                doctorId?: string;
                /** @description The earliest start of the appointments. Default: a year ago. */
                from?: string;
                /** @description The maximum number of appointments on the page, 1 to 100. */
                limit?: number;
                /** @description `earliest-first`, the default, or `latest-first`. */
                order?: components["schemas"]["StartOrder"];
                /** @description Appointments of this patient. For administrators, and for this patient. */
                patientId?: string;
                /** @description Appointments with this status. A page may then have fewer than `limit` items and still have a successor. */
                status?: "held" | "confirmed" | "checked_in" | "in_progress" | "completed" | "cancelled" | "no_show";
                /** @description The appointments start before this instant. Default: in a year. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppointmentList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bookAppointment: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookAppointment"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `slot-taken`: The slot is taken. `slot-yours`: You have this slot already. `day-full`: The doctor takes no more visits on that day. `patient-busy`: The patient has another appointment at that time. `doctor-unavailable`: The doctor takes no bookings. `too-many-holds`: You hold too many unpaid slots. `too-many-appointments`: You have too many open appointments. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewAppointment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppointmentDetails"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAppointment: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAppointment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppointmentDetails"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-begun`: The visit has begun. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `awaiting-payment`: The visit is not paid for yet. `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-not-open`: The visit can't be joined yet. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelAppointment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelAppointment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancellation"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-begun`: The visit has begun. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewCancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancellationPreview"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-begun`: The visit has begun. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkIn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `awaiting-payment`: The visit is not paid for yet. `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-not-open`: The visit can't be joined yet. `visit-over`: The visit is over. `visit-joined`: A party has joined the visit. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeVisit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `awaiting-payment`: The visit is not paid for yet. `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-not-begun`: The doctor has not begun the visit. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    extendHold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `hold-ended`: The hold on the slot has ended. `visit-confirmed`: The visit is confirmed already. `visit-cancelled`: The visit is cancelled. `visit-begun`: The visit has begun. `visit-over`: The visit is over. `no-time-to-extend`: The hold can't be longer. `too-early-to-extend`: The hold has just begun. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recordOutcome: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordOutcome"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `awaiting-payment`: The visit is not paid for yet. `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-joined`: A party has joined the visit. `visit-not-over`: The visit may still take place. `visit-over`: The visit is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentOrder"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `nothing-to-pay`: There is nothing to pay. `hold-ended`: The hold on the slot has ended. `in-progress`: The same operation is in progress. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rescheduleAppointment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the appointment. */
                appointmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RescheduleAppointment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `awaiting-payment`: The visit is not paid for yet. `hold-ended`: The hold on the slot has ended. `visit-cancelled`: The visit is cancelled. `visit-begun`: The visit has begun. `visit-joined`: A party has joined the visit. `visit-over`: The visit is over. `too-late-to-move`: It is too late to move the visit. `moves-used-up`: The visit has been moved too often. `fee-would-change`: The visit would cost more at that time. `slot-yours`: You have this slot already. `slot-taken`: The slot is taken. `day-full`: The doctor takes no more visits on that day. `patient-busy`: The patient has another appointment at that time. `doctor-unavailable`: The doctor takes no bookings. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bookEarliest: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookEarliest"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-free-slot`: No doctor has a free slot at that time. `too-many-holds`: You hold too many unpaid slots. `too-many-appointments`: You have too many open appointments. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    holdAuditDay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The day, in UTC. It must be over. */
                day: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditDay"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The resource is in another state. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseAuditDay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The day, in UTC. It must be over. */
                day: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldReason"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditDay"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `conflict`: The resource is in another state. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /**
                 * @description Events that this user or this function caused. With a filter by type, a page may then have fewer than `limit`
                 *     items and still have a successor.
                 */
                actor?: string;
                /** @description Events of this category: `auth`, `data_access`, `data_modification` or `admin`. */
                category?: "auth" | "data_access" | "data_modification" | "admin";
                cursor?: components["schemas"]["Cursor"];
                /** @description Events of this day, in UTC. Not together with `actor`. Default without `from` and `actor`: today. */
                day?: string;
                /** @description Events at this instant or later, instead of `day`. Default with `actor`: 30 days ago. */
                from?: string;
                /** @description The maximum number of events on the page, 1 to 100. */
                limit?: number;
                /** @description Events with (`true`) or without (`false`) access to health data. */
                phi?: boolean;
                /** @description Events of this severity or a higher one: `low`, `medium`, `high` or `critical`. */
                severity?: "low" | "medium" | "high" | "critical";
                /** @description Events before this instant. Default: up to now. */
                to?: string;
                /** @description Events of this type. */
                type?: "USER_REGISTERED" | "USER_CONFIRMED" | "CONFIRMATION_REQUESTED" | "PASSWORD_RESET_REQUESTED" | "PASSWORD_RESET" | "PASSWORD_CHANGED" | "AUTHENTICATOR_BEGUN" | "AUTHENTICATOR_ENROLLED" | "RECOVERY_CODES_RENEWED" | "AUTHENTICATOR_REMOVED" | "AUTHENTICATOR_RESET" | "ACCOUNT_RECOVERED" | "LOGIN_CHALLENGED" | "LOGIN_SUCCEEDED" | "LOGIN_FAILED" | "LOGGED_OUT" | "SESSION_REFRESHED" | "PROFILE_CREATED" | "PROFILE_VIEWED" | "PROFILE_UPDATED" | "EMERGENCY_CONTACTS_VIEWED" | "EMERGENCY_CONTACTS_REPLACED" | "PREFERENCES_UPDATED" | "USERS_LISTED" | "USER_VIEWED" | "ROLES_CHANGED" | "USER_DISABLED" | "USER_ENABLED" | "CALENDAR_FEED_CREATED" | "CALENDAR_FEED_ENDED" | "DOCTOR_REGISTERED" | "DOCTOR_UPDATED" | "DOCTOR_SUSPENDED" | "DOCTOR_REINSTATED" | "AVAILABILITY_PUBLISHED" | "SCHEDULE_REPLACED" | "SCHEDULE_APPLIED" | "SLOT_WITHDRAWN" | "APPOINTMENT_BOOKED" | "APPOINTMENT_CONFIRMED" | "SERIES_BOOKED" | "SERIES_CANCELLED" | "APPOINTMENT_RESCHEDULED" | "APPOINTMENT_UPDATED" | "HOLD_EXTENDED" | "APPOINTMENT_CANCELLED" | "APPOINTMENT_EXPIRED" | "APPOINTMENT_CHECKED_IN" | "APPOINTMENT_STARTED" | "APPOINTMENT_COMPLETED" | "APPOINTMENT_NO_SHOW" | "APPOINTMENT_VIEWED" | "APPOINTMENTS_LISTED" | "WAITLIST_JOINED" | "WAITLIST_LEFT" | "WAITLIST_ENDED" | "WAITLIST_PRIORITISED" | "WAITLIST_LISTED" | "OFFER_TAKEN" | "OFFER_DECLINED" | "OFFER_LAPSED" | "PRESCRIPTION_VIEWED" | "BREAK_GLASS" | "ACCESSES_VIEWED" | "PAYMENT_STARTED" | "PAYMENT_ORDERED" | "PAYMENT_SUCCESS" | "PAYMENT_FAILED" | "PAYMENT_REFUSED" | "PAYMENT_RETURNED" | "PAYMENT_VIEWED" | "PAYMENTS_LISTED" | "RECEIPT_ISSUED" | "RECEIPT_VIEWED" | "LEDGER_MISMATCH" | "REFUND_GRANTED" | "REFUND_RETRIED" | "REFUND_STARTED" | "REFUND_COMPLETED" | "REFUND_FAILED" | "WEBHOOK_RECEIVED" | "WEBHOOK_REFUSED" | "ACCESS_DENIED" | "AUTHENTICATION_REFUSED" | "REQUEST_REFUSED" | "AUDIT_LOG_VIEWED" | "AUDIT_TRAIL_EXPORTED" | "LEGAL_HOLD_SET" | "LEGAL_HOLD_LIFTED";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportAudit"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditExport"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerChallenge"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogInStep"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-refused`: The answer to the challenge was not accepted. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-required`: Another step is needed to sign in. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmRegistration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmRegistration"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountAddress"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeRequested"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogIn"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogInStep"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-credentials`: The e-mail address or the password is wrong. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account-not-confirmed`: The e-mail address is not confirmed. `challenge-required`: Another step is needed to sign in. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recoverAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecoverAccount"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `recovery-refused`: The account was not recovered. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshSession"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Register"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Registration"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resendConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountAddress"];
            };
        };
        responses: {
            /** @description Done. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeRequested"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewCalendarFeed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret token of the feed. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchDoctors: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /**
                 * @description Only doctors who consult in this language, by a tag (BCP 47) or a name of `listLanguages`. `hi` finds doctors with
                 *     `hi-IN`, and `hi-IN` those with `hi`.
                 */
                language?: string;
                /** @description The maximum number of doctors on a page, 1 to 50; 20 if it is left out. */
                limit?: number;
                /**
                 * @description Only doctors whose names have words that begin with these, in any order. Title, case, accents, script and the
                 *     usual spellings of Indian names do not matter. If no name has them, one typo in each word of 4 letters or more is
                 *     forgiven.
                 */
                name?: string;
                /**
                 * @description Only doctors of this speciality, by a code, a name or a synonym of `listSpecialities`, such as `cardiology` or
                 *     `heart`.
                 */
                speciality?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorList"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerDoctor: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterDoctor"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `already-registered`: Already registered. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewDoctor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateDoctor: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateDoctor"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewDoctorDay: {
        parameters: {
            query?: {
                /** @description The day in the doctor's time zone. Default: today. */
                date?: string;
                /**
                 * @description The `asOf` of the previous answer. `changed` names the visits that were written since then, or in the 20 seconds
                 *     before it, which that answer may have missed. So a change may be named twice.
                 */
                since?: string;
            };
            header?: never;
            path: {
                /** @description The id of the doctor. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorDay"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reinstateDoctor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleState"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceSchedule: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Schedule"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleState"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAvailableSlots: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description Only slots that start at this instant or later; now if it is left out. */
                from?: string;
                /**
                 * @description Only slots at which a visit of this kind can start; a consultation if it is left out. A page may have fewer
                 *     slots than `limit` and still have a next page.
                 */
                kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup";
                /** @description The maximum number of slots on a page, 1 to 250; 250 if it is left out. */
                limit?: number;
                /**
                 * @description Only slots that start before this instant, at most 31 days after `from`; seven days after `from` if it is left
                 *     out.
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SlotList"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publishAvailability: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishAvailability"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `slots-overlap`: Slots overlap. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawSlot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the doctor of the slot. */
                doctorId: string;
                /** @description The id of the slot. */
                slotId: components["schemas"]["SlotId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `slot-in-use`: The slot is in use. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suspendDoctor: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The doctor's id. */
                doctorId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuspendDoctor"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Doctor"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSuspendedDoctors: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The maximum number of doctors on a page, 1 to 50; 20 if it is left out. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuspendedDoctorList"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listLanguages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LanguageList"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewLedger: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The day, in UTC, on which the payments were captured or started. Default: today. */
                day?: string;
                /** @description The maximum number of payments on the page, 1 to 20. Each is looked up at Razorpay. */
                limit?: number;
                /**
                 * @description `captured` (the default), or `open`: payments without a reported capture, to find money that Razorpay captured
                 *     without a report.
                 */
                state?: "captured" | "open";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerPage"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMe"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAccesses: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The maximum number of accesses on the page, 1 to 100. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewAuthenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authenticator"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    beginAuthenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BeginAuthenticator"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthenticatorEnrolment"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-required`: Another step is needed to sign in. `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmAuthenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmAuthenticator"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-required`: Another step is needed to sign in. `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofOfOwner"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-required`: Another step is needed to sign in. `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-authenticator`: The account has no second factor. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeAuthenticator: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofOfOwner"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `challenge-required`: Another step is needed to sign in. `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-authenticator`: The account has no second factor. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    makeCalendarFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalendarFeed"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endCalendarFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewEmergencyContacts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmergencyContacts"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceEmergencyContacts: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplaceEmergencyContacts"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmergencyContacts"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewPreferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updatePreferences: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdatePreferences"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPayments: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The day, in UTC, on which the payments were started or captured. Only together with `state`. Default: today. */
                day?: string;
                /** @description The maximum number of payments on the page, 1 to 100. */
                limit?: number;
                /** @description Payments of this patient. Default for a patient: their own payments. */
                patientId?: string;
                /** @description Payments in this state: `intent`, `open` or `captured`. For administrators only; not together with `patientId`. */
                state?: "intent" | "open" | "captured";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentDetails"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    confirmPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmPayment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentResult"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `signature-invalid`: The signature is not valid. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-paid`: The visit is not paid. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloadReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-paid`: The visit is not paid. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refundPayment: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description The id of the payment. */
                paymentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundPayment"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-paid`: The visit is not paid. `refund-too-large`: Less is left of the payment. `grant-key-used`: The key has granted a refund already. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the payment. */
                paymentId: string;
                /** @description Vaidya's id of the refund, unique within its payment. */
                refundId: components["schemas"]["RefundId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `refund-not-failed`: The refund has not failed. `refund-not-ours`: Razorpay made the refund. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRefunds: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The maximum number of refunds on the page, 1 to 100. */
                limit?: number;
                /** @description Refunds in this state: `failed` (the default), `pending` or `requested`. */
                state?: "pending" | "requested" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    bookSeries: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookSeries"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Series"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `series-not-free`: Not all visits of the series can be booked. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewSeries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the series. */
                seriesId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesVisits"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSeries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the series. */
                seriesId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelAppointment"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesCancellation"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewSeriesCancellation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the series. */
                seriesId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesCancellationPreview"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    previewSeries: {
        parameters: {
            query: {
                /** @description The number of visits, 2 to 12. */
                count: number;
                /** @description The id of the doctor. */
                doctorId: string;
                /** @description The interval in days, at the same local time of the doctor. Default: 7. */
                everyDays?: number;
                /** @description The id of the first slot. */
                first: components["schemas"]["SlotId"];
                /** @description The kind of the visits. Default: `consultation`. */
                kind?: "consultation" | "follow_up" | "emergency" | "routine_checkup";
                /**
                 * @description `weekday`: a visit each month on the same weekday by its number, such as the second Tuesday, and on the last one
                 *     in a month without a fifth. `day`: on the same day of the month, or its last day. Not together with `everyDays`.
                 */
                monthly?: "day" | "weekday";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesPreview"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header: {
                /** @description Marks a request of the app. A page of another origin can't send it. */
                "X-Vaidya-App": "1";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenSession"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppSession"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-request`: The request does not come from the app. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeSession: {
        parameters: {
            query?: never;
            header: {
                /** @description Marks a request of the app. A page of another origin can't send it. */
                "X-Vaidya-App": "1";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-request`: The request does not come from the app. `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renewSession: {
        parameters: {
            query?: never;
            header: {
                /** @description Marks a request of the app. A page of another origin can't send it. */
                "X-Vaidya-App": "1";
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppSession"];
                };
            };
            /** @description `no-session`: This browser has no session. `session-ended`: The session has ended. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-request`: The request does not come from the app. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEarliestSlots: {
        parameters: {
            query: {
                cursor?: components["schemas"]["Cursor"];
                /** @description Only slots that start at this instant or later; now if it is left out. */
                from?: string;
                /**
                 * @description Only slots of doctors who consult in this language, by a tag (BCP 47) or a name of `listLanguages`. `hi` finds
                 *     doctors with `hi-IN`, and `hi-IN` those with `hi`.
                 */
                language?: string;
                /**
                 * @description The maximum number of slots on a page, 1 to 50; 20 if it is left out. A page may have fewer and still have a
                 *     next page.
                 */
                limit?: number;
                /** @description Only slots of this mode: `video` or `clinic`; both if it is left out. */
                mode?: "video" | "clinic";
                /** @description Only slots of doctors of this speciality, by a code, a name or a synonym of `listSpecialities`. */
                speciality: string;
                /** @description Only slots that start before this instant; 31 days after `from` if it is left out. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EarliestSlotList"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSpecialities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpecialityList"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Users whose account was made at this instant or later. */
                createdFrom?: string;
                cursor?: components["schemas"]["Cursor"];
                /** @description Users whose e-mail address begins with this text, in any case; a whole address finds its user. */
                email?: string;
                /** @description The maximum number of users on the page, 1 to 50. */
                limit?: number;
                /** @description Users with this role: `patient`, `doctor`, `lab` or `admin`. */
                role?: "patient" | "doctor" | "lab" | "admin";
                /** @description Users whose account stands so: `active`, `invited`, `unconfirmed`, `disabled` or `other`. */
                status?: "active" | "invited" | "unconfirmed" | "disabled" | "other";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    viewUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetAuthenticator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the user. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `own-account`: It is your own account. `last-administrator`: No administrator would be left. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enableUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The user's id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeRoles: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of the version that was read, a list of them, or `*` for each version (RFC 9110, 13.1.1). */
                "If-Match": string;
            };
            path: {
                /** @description The user's id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRoles"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-precondition`: If-Match is malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last-administrator`: No administrator would be left. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `version-mismatch`: The resource has changed. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition-required`: If-Match is required. */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWaitlist: {
        parameters: {
            query?: {
                cursor?: components["schemas"]["Cursor"];
                /** @description The queue of this doctor, the next entry first. For administrators, and for this doctor. */
                doctorId?: string;
                /** @description The maximum number of entries on the page, 1 to 100. */
                limit?: number;
                /** @description The entries of this patient, in the order of joining. For administrators, and for this patient. */
                patientId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitlistPage"];
                };
            };
            /** @description `session-ended`: The session has ended. `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    joinWaitlist: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinWaitlist"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitlistEntry"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `doctor-unavailable`: The doctor takes no bookings. `already-waiting`: You are on that waiting list already. `too-many-waiting`: You are on too many waiting lists. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `idempotency-key-reused`: The Idempotency-Key belongs to another request. `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leaveWaitlist: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the entry. */
                entryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptOffer: {
        parameters: {
            query?: never;
            header: {
                /** @description A new random key for every new intent; the same key for a repetition. It is remembered for 24 hours. */
                "Idempotency-Key": string;
            };
            path: {
                /** @description The id of the entry. */
                entryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptOffer"];
            };
        };
        responses: {
            /** @description Done. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Appointment"];
                };
            };
            /** @description `invalid-idempotency-key`: The Idempotency-Key is missing or malformed. `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-offer`: No slot is offered to you. `day-full`: The doctor takes no more visits on that day. `patient-busy`: The patient has another appointment at that time. `doctor-unavailable`: The doctor takes no bookings. `too-many-holds`: You hold too many unpaid slots. `too-many-appointments`: You have too many open appointments. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. `idempotency-key-reused`: The Idempotency-Key belongs to another request. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    declineOffer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the entry. */
                entryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeclineOffer"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitlistEntry"];
                };
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `no-offer`: No slot is offered to you. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    prioritiseWaitlistEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of the entry. */
                entryId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrioritiseWaitlistEntry"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-json`: The body is not JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unauthenticated`: Sign in first. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: This is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: The resource does not exist. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wait-over`: The entry of the waiting list is over. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-request`: The request is not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["GatewayRefusal"];
            /** @description `internal-error`: Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: Not available at the moment. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GatewayRefusal"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
