//! What may be logged. `RUST_LOG` chooses levels, within a bound that it cannot move.
//!
//! Libraries log requests, headers and bodies at their finer levels: data keys in plain text, tokens, the passwords of
//! services. So what is not a crate of this workspace logs at `INFO` at most, in every environment. A crate that
//! is missing in [`OWN`] loses its finer levels and nothing else.

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::Filter;
use tracing_subscriber::registry::Registry;

/// The crates of this workspace, which log no bodies at any level.
const OWN: [&str; 16] = [
    "api",
    "appointments",
    "audit",
    "availability",
    "aws_emulator",
    "cognito_emulator",
    "directory",
    "domain",
    "gateway",
    "identity",
    "local",
    "notifications",
    "payments",
    "platform",
    "razorpay_emulator",
    "storage",
];

/// The filter of a log: what `wanted` lets through, and of libraries no finer level than `INFO`.
pub fn log_filter(wanted: EnvFilter) -> impl Filter<Registry> {
    FilterExt::<Registry>::and(wanted, filter_fn(is_permitted))
}

fn is_permitted(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::INFO || OWN.contains(&target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::SubscriberExt;

    #[derive(Clone, Default)]
    struct Shown(Arc<Mutex<Vec<u8>>>);

    impl Write for Shown {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is logged of events by libraries and by us, under these directives.
    fn logged(directives: &str) -> String {
        let shown = Shown::default();
        let writer = shown.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        let filter = log_filter(EnvFilter::new(directives));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer.with_filter(filter)), || {
            macro_rules! log_all {
                ($($target:literal),* $(,)?) => {$(
                    tracing::trace!(target: $target, "a secret of {}", $target);
                    tracing::debug!(target: $target, "a secret of {}", $target);
                    tracing::info!(target: $target, "a notice of {}", $target);
                )*};
            }
            log_all!(
                "hyper::proto::h1::conn",
                "hyper_util::client::legacy",
                "h2::codec::framed_write",
                "rustls::client::hs",
                "reqwest::connect",
                "tower::buffer",
                "aws_smithy_runtime::client::orchestrator",
                "aws_smithy_http_client::client",
                "aws_sdk_kms::operation::decrypt",
                "aws_sigv4::http_request::sign",
                "aws_config::profile",
                "lambda_runtime::layers::trace",
                "a_library_of_tomorrow",
                "apiary",
            );
            tracing::trace!(target: "gateway::vault", "a step of ours");
        });
        String::from_utf8(shown.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn no_setting_makes_a_library_log_its_requests() {
        for directives in [
            "trace",
            "debug",
            "trace,hyper=trace,h2=trace,rustls=trace",
            "info,aws_smithy_runtime::client::orchestrator=trace,aws_sdk_kms=trace,aws_sigv4=debug",
            "a_library_of_tomorrow=trace,apiary=trace",
        ] {
            let log = logged(directives);
            assert!(!log.contains("a secret of"), "{directives}: {log}");
        }
    }

    #[test]
    fn our_own_crates_log_what_is_asked_for_and_libraries_their_notices() {
        let log = logged("trace");
        assert!(log.contains("a step of ours") && log.contains("a notice of hyper::proto::h1::conn"), "{log}");
        let log = logged("warn,gateway=trace");
        assert!(log.contains("a step of ours") && !log.contains("a notice of"), "{log}");
    }
}
