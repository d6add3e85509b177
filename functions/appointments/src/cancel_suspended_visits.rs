//! Consumer of the `suspensions` queue: it cancels the future visits of a suspended doctor, with a full refund.
//!
//! The consumer reads the doctor's appointments page by page, and cancels each in a separate transaction, which checks
//! that the doctor is still suspended: from a reinstatement on no visit is cancelled (D-211). After a failure the next
//! delivery continues with the rest. A booking or a capture may have read the doctor before the suspension and be
//! written after this consumer has read the list, and the index may lag. So `dispatch` sends each suspension twice, the
//! second time after such writes.

use crate::refund_ports::RefundPorts;
use api::{BatchOutcome, Consumer, Context, Failure, QueueBatch, Source};
use domain::access::Action;
use domain::appointments::cancellation;
use domain::core::cancelled_by::CancelledBy;
use domain::core::id::{AppointmentId, DoctorId};
use domain::directory::doctor::Doctor;
use domain::messages::Message;
use jiff::Timestamp;
use storage::{Order, PageRequest, Storage, StorageError};

/// `cancelSuspendedVisits`
pub static CONSUMER: Consumer<RefundPorts, QueueBatch, BatchOutcome> =
    Consumer::of(Source::Queue("suspensions"), "cancelSuspendedVisits", &handle);

async fn handle(cx: Context, ports: RefundPorts, batch: QueueBatch) -> Result<BatchOutcome, Failure> {
    let outcome = batch.each(&cx, async |message| match message {
        Message::DoctorSuspended { doctor } => cancel_all(&cx, &ports, doctor).await,
        _ => Err(Failure::misrouted()),
    });
    Ok(outcome.await)
}

async fn cancel_all(cx: &Context, ports: &RefundPorts, doctor: DoctorId) -> Result<(), Failure> {
    let storage = &ports.storage;
    let unavailable = |error: StorageError| Failure::Transient(error.to_string());
    if suspended(storage, doctor).await.map_err(unavailable)?.is_none() {
        return Ok(());
    }
    let mut request = PageRequest::first(PageRequest::MAX);
    loop {
        let page = storage
            // Without an end: a doctor may publish slots arbitrarily far ahead.
            .appointments_of_doctor(doctor, cx.now(), Timestamp::MAX, Order::Ascending, &request)
            .await
            .map_err(unavailable)?;
        for appointment in &page.items {
            cancel(cx, ports, doctor, appointment.id).await?;
        }
        match page.next {
            Some(next) => request = PageRequest::new(PageRequest::MAX, Some(next)),
            None => return Ok(()),
        }
    }
}

/// The doctor, if suspended.
async fn suspended(storage: &Storage, doctor: DoctorId) -> Result<Option<Doctor>, StorageError> {
    Ok(storage.doctor(doctor).await?.filter(|doctor| !doctor.is_active()))
}

async fn cancel(
    cx: &Context,
    RefundPorts { storage, policy }: &RefundPorts,
    doctor: DoctorId,
    id: AppointmentId,
) -> Result<(), Failure> {
    cx.retrying(async || {
        let Some(doctor) = suspended(storage, doctor).await? else { return Ok(()) };
        let Some(visit) = storage.visit(id).await? else { return Ok(()) };
        let by = CancelledBy::Suspension;
        let visit = cx.authorize_system(Action::CancelAppointment, visit)?;
        // A visit that is over, cancelled or in progress stays unchanged.
        let Ok(cancelled) = cancellation::cancel(visit, by, None, policy, cx.now()) else { return Ok(()) };
        let cancelled = storage.offer_released_slots(cancelled, cx.now()).await?;
        Ok(storage.commit_suspended_cancellation(&cancelled, &doctor, &cx.provenance()).await?)
    })
    .await?;
    Ok(())
}
