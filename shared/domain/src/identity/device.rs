//! The device and the network of a session, as far as a request tells them.
//!
//! A `User-Agent` header is what the client says about itself: it helps an owner to recognize a device and proves nothing.
//! Only names of a closed list are taken from it, so that no text of a client's choice reaches a page or an e-mail.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// The form of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A computer.
    Desktop,
    /// A telephone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A program without a browser, or one that says nothing that we know.
    Other,
}

macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($(#[$of:meta])* $name:ident $text:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$of])* $name),+ }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $text),+ })
            }
        }
    };
}

names! {
    /// A program that makes requests.
    Program {
        /// Microsoft Edge.
        Edge "Edge";
        /// Opera.
        Opera "Opera";
        /// Samsung Internet.
        SamsungInternet "Samsung Internet";
        /// UC Browser.
        UcBrowser "UC Browser";
        /// Mozilla Firefox.
        Firefox "Firefox";
        /// Google Chrome, or a browser that says to be one.
        Chrome "Chrome";
        /// Apple Safari.
        Safari "Safari";
        /// The command curl.
        Curl "curl";
    }
}

names! {
    /// An operating system.
    System {
        /// Android.
        Android "Android";
        /// iOS on an iPhone.
        Ios "iOS";
        /// iPadOS, on an iPad that does not pretend to be a Mac.
        IpadOs "iPadOS";
        /// Microsoft Windows.
        Windows "Windows";
        /// macOS, or an iPad that says to be a Mac.
        MacOs "macOS";
        /// ChromeOS.
        ChromeOs "ChromeOS";
        /// Linux.
        Linux "Linux";
    }
}

/// A device, without the versions of its programs: an update makes no new device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Device {
    /// The form.
    pub kind: DeviceKind,
    /// The program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Program>,
    /// The operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<System>,
}

impl Device {
    /// A device about which nothing is known.
    pub const UNKNOWN: Self = Self { kind: DeviceKind::Other, program: None, system: None };

    /// The device that a `User-Agent` header names. Browsers name the engines and browsers that they are like, so the order of
    /// the questions decides: Edge says to be Chrome and Safari too.
    pub fn of_user_agent(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::UNKNOWN };
        let says = |word: &str| text.contains(word);
        let program = [
            (Program::Edge, ["Edg/", "EdgA/", "EdgiOS/"].as_slice()),
            (Program::Opera, &["OPR/", "OPT/"]),
            (Program::SamsungInternet, &["SamsungBrowser/"]),
            (Program::UcBrowser, &["UCBrowser/"]),
            (Program::Firefox, &["Firefox/", "FxiOS/"]),
            (Program::Chrome, &["Chrome/", "CriOS/"]),
            (Program::Safari, &["Safari/"]),
        ];
        let program = match text.starts_with("curl/") {
            true => Some(Program::Curl),
            false => program.into_iter().find(|(_, words)| words.iter().any(|word| says(word))).map(|(name, _)| name),
        };
        let system = [
            ("Android", System::Android),
            ("iPad", System::IpadOs),
            ("iPhone", System::Ios),
            ("Windows", System::Windows),
            ("Macintosh", System::MacOs),
            ("CrOS", System::ChromeOs),
            ("Linux", System::Linux),
        ];
        let system = system.into_iter().find(|(word, _)| says(word)).map(|(_, system)| system);
        let kind = match system {
            // Google's advice for Android: a telephone says Mobile, a tablet does not.
            Some(System::Android) if says("Mobile") => DeviceKind::Mobile,
            Some(System::Ios) => DeviceKind::Mobile,
            Some(System::Android | System::IpadOs) => DeviceKind::Tablet,
            Some(System::Windows | System::MacOs | System::ChromeOs | System::Linux) => DeviceKind::Desktop,
            None => DeviceKind::Other,
        };
        Self { kind, program, system }
    }
}

/// "Chrome on Android", in English, for e-mails.
impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.program, self.system) {
            (Some(program), Some(system)) => write!(f, "{program} on {system}"),
            (Some(program), None) => write!(f, "{program}"),
            (None, Some(system)) => write!(f, "A program on {system}"),
            (None, None) => f.write_str("An unknown program"),
        }
    }
}

/// The bits that an IPv4 network keeps of its addresses. Telephone networks move a client between addresses of such a block.
const IPV4_BITS: u32 = 16;
/// The bits that an IPv6 network keeps: the block that a registry gives a provider.
const IPV6_BITS: u32 = 32;

/// The wide network of an address: all its addresses count as one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(String);

impl Network {
    /// The network of an address. `None` for a text that is none.
    pub fn of(address: &str) -> Option<Self> {
        let address: IpAddr = address.parse().ok()?;
        Some(Self(match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, ..] = v4.octets();
                format!("{a}.{b}.0.0/{IPV4_BITS}")
            }
            IpAddr::V6(v6) => {
                let [a, b, ..] = v6.segments();
                format!("{a:x}:{b:x}::/{IPV6_BITS}")
            }
        }))
    }

    /// Whether both are networks of one protocol. A client with both protocols uses one or the other by chance, so two networks
    /// of different protocols tell nothing.
    pub fn is_comparable_with(&self, other: &Self) -> bool {
        self.0.contains(':') == other.0.contains(':')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHROME_ANDROID: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 \
                                  Mobile Safari/537.36";

    #[test]
    fn a_browser_is_recognized_by_what_only_it_says() {
        let of = |text: &str| Device::of_user_agent(Some(text));
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (text, kind, name) in [
            (CHROME_ANDROID.to_owned(), DeviceKind::Mobile, "Chrome on Android"),
            (CHROME_ANDROID.replace("Mobile ", ""), DeviceKind::Tablet, "Chrome on Android"),
            (
                format!("{} SamsungBrowser/28.0", CHROME_ANDROID),
                DeviceKind::Mobile,
                "Samsung Internet on Android",
            ),
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0"),
                DeviceKind::Desktop,
                "Edge on Windows",
            ),
            (
                format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {webkit} Chrome/149.0.0.0 Safari/537.36"),
                DeviceKind::Desktop,
                "Chrome on ChromeOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 \
                 Mobile/15E148 Safari/604.1"
                    .to_owned(),
                DeviceKind::Mobile,
                "Safari on iOS",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:149.0) Gecko/20100101 Firefox/149.0".to_owned(),
                DeviceKind::Desktop,
                "Firefox on macOS",
            ),
            ("curl/8.14.1".to_owned(), DeviceKind::Other, "curl"),
            ("Win a prize at evil.example".to_owned(), DeviceKind::Other, "An unknown program"),
            (String::new(), DeviceKind::Other, "An unknown program"),
        ] {
            let device = of(&text);
            assert_eq!((device.kind, device.to_string().as_str()), (kind, name), "{text}");
        }
        assert_eq!(Device::of_user_agent(None), Device::UNKNOWN);
    }

    #[test]
    fn an_update_of_a_browser_makes_no_new_device() {
        let after = CHROME_ANDROID.replace("149", "150").replace("Android 10", "Android 17");
        assert_eq!(Device::of_user_agent(Some(CHROME_ANDROID)), Device::of_user_agent(Some(&after)));
    }

    #[test]
    fn a_network_is_the_wide_block_of_an_address() {
        let of = |text| Network::of(text).map(|network| network.0);
        assert_eq!(of("203.0.113.7").as_deref(), Some("203.0.0.0/16"));
        assert_eq!(of("203.0.99.1"), of("::ffff:203.0.113.7"));
        assert_eq!(of("2409:40f2:1::9").as_deref(), Some("2409:40f2::/32"));
        assert_ne!(of("203.0.113.7"), of("203.1.113.7"));
        for text in ["", "203.0.113", "localhost", "203.0.113.7:80"] {
            assert_eq!(of(text), None, "{text}");
        }
        let network = |text| Network::of(text).unwrap();
        assert!(network("203.0.113.7").is_comparable_with(&network("8.8.8.8")));
        assert!(!network("203.0.113.7").is_comparable_with(&network("2409:40f2::9")));
    }
}
