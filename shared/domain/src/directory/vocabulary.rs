//! The specialities and the languages by which doctors are found: codes, names in English and Hindi, and other words
//! for them. A client may write any of them; a code is stored.
//!
//! The specialities are those of India's postgraduate medical courses, as patients look for them, and of the systems of
//! the Ministry of Ayush. The languages are those of the Eighth Schedule to the Constitution of India, English, and some
//! that foreign patients speak.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::words::words;
use crate::core::person::{Language, Speciality};

/// An entry of a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The code: a slug of a speciality, or the BCP 47 tag of a language.
    pub code: &'static str,
    /// The English name.
    pub english: &'static str,
    /// The Hindi name.
    pub hindi: &'static str,
    /// Other words for it, in any language and script.
    pub synonyms: &'static [&'static str],
}

/// A text that names no entry of a vocabulary. It does not repeat the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct UnknownTerm {
    expected: &'static str,
    suggestions: Vec<&'static str>,
}

impl fmt::Display for UnknownTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)?;
        match self.suggestions.as_slice() {
            [] => Ok(()),
            codes => write!(f, "; similar: {}", codes.join(", ")),
        }
    }
}

/// The most codes that an error suggests.
const MOST_SUGGESTIONS: usize = 3;
/// The least similarity (Jaro and Winkler, 0 to 1) of a suggestion.
const SIMILAR: f64 = 0.85;

/// A speciality that a client names by its code, a name or a synonym.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct SpecialityTerm(pub Speciality);

/// A language that a client names by its tag, a name or a synonym.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LanguageTerm(pub Language);

impl TryFrom<String> for SpecialityTerm {
    type Error = UnknownTerm;

    fn try_from(text: String) -> Result<Self, UnknownTerm> {
        speciality(&text).map(Self)
    }
}

impl TryFrom<String> for LanguageTerm {
    type Error = UnknownTerm;

    fn try_from(text: String) -> Result<Self, UnknownTerm> {
        language(&text).map(Self)
    }
}

/// The speciality that a text names, by code, name or synonym, without case and accents.
pub fn speciality(text: &str) -> Result<Speciality, UnknownTerm> {
    static BY_TEXT: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| by_text(SPECIALITIES));
    let found = BY_TEXT.get(&key(text)).and_then(|code| Speciality::parse(code).ok());
    found.ok_or_else(|| unknown("must be a speciality, by a code or name of listSpecialities", text, &BY_TEXT))
}

/// The language that a text names: a tag whose language is in the list, with any script and region, or a name.
pub fn language(text: &str) -> Result<Language, UnknownTerm> {
    static BY_TEXT: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| by_text(LANGUAGES));
    let is_listed = |tag: &Language| LANGUAGES.iter().any(|term| term.code == tag.primary().as_str());
    let tag = Language::parse(text).ok().filter(is_listed);
    let found = tag.or_else(|| BY_TEXT.get(&key(text)).and_then(|code| Language::parse(code).ok()));
    found.ok_or_else(|| {
        unknown("must be a language, by a tag like hi or en-IN or a name of listLanguages", text, &BY_TEXT)
    })
}

/// The text by which a term is looked up: what its words sound like.
fn key(text: &str) -> String {
    words(text).into_iter().map(|word| word.sound).collect::<Vec<_>>().join(" ")
}

fn by_text(terms: &'static [Term]) -> HashMap<String, &'static str> {
    let texts = |term: &'static Term| {
        [term.code, term.english, term.hindi].into_iter().chain(term.synonyms.iter().copied()).map(key)
    };
    terms.iter().flat_map(|term| texts(term).map(move |text| (text, term.code))).collect()
}

fn unknown(expected: &'static str, text: &str, by_text: &HashMap<String, &'static str>) -> UnknownTerm {
    let wanted = key(&text.chars().take(60).collect::<String>());
    let similarity = |known: &str| match known.split(' ').any(|word| word == wanted) {
        true => 1.0,
        false => strsim::jaro_winkler(known, &wanted),
    };
    let mut best: HashMap<&'static str, f64> = HashMap::new();
    for (known, &code) in by_text {
        let of_code = best.entry(code).or_default();
        *of_code = of_code.max(similarity(known));
    }
    let mut best: Vec<_> = best.into_iter().filter(|(_, similarity)| *similarity >= SIMILAR).collect();
    best.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
    UnknownTerm { expected, suggestions: best.into_iter().take(MOST_SUGGESTIONS).map(|(code, _)| code).collect() }
}

const fn term(
    code: &'static str,
    english: &'static str,
    hindi: &'static str,
    synonyms: &'static [&'static str],
) -> Term {
    Term { code, english, hindi, synonyms }
}

/// The specialities, in the order of their English names.
pub const SPECIALITIES: &[Term] = &[
    term(
        "allergy-immunology",
        "Allergy and immunology",
        "एलर्जी",
        &["allergy", "allergist", "immunology", "immunologist"],
    ),
    term(
        "anaesthesiology",
        "Anaesthesiology",
        "निश्चेतना विज्ञान",
        &["anesthesiology", "anaesthetist", "anesthesiologist"],
    ),
    term("ayurveda", "Ayurveda", "आयुर्वेद", &["ayurvedic", "ayurvedic doctor", "vaidya", "वैद्य"]),
    term(
        "cardiology",
        "Cardiology",
        "हृदय रोग",
        &["heart", "heart specialist", "heart doctor", "cardiologist", "cardiac", "दिल"],
    ),
    term(
        "cardiothoracic-surgery",
        "Cardiothoracic surgery",
        "हृदय शल्य चिकित्सा",
        &["heart surgery", "heart surgeon", "cardiac surgery", "cardiac surgeon", "ctvs"],
    ),
    term("dentistry", "Dentistry", "दंत चिकित्सा", &["dentist", "dental", "teeth", "tooth", "दांत"]),
    term(
        "dermatology",
        "Dermatology",
        "त्वचा रोग",
        &["skin", "skin specialist", "skin doctor", "hair", "dermatologist", "त्वचा"],
    ),
    term("diabetology", "Diabetology", "मधुमेह रोग", &["diabetes", "diabetologist", "sugar", "मधुमेह"]),
    term(
        "dietetics",
        "Dietetics and nutrition",
        "आहार विज्ञान",
        &["nutrition", "nutritionist", "dietitian", "dietician", "diet"],
    ),
    term(
        "ent",
        "Ear, nose and throat",
        "कान नाक गला",
        &["ear nose throat", "otorhinolaryngology", "otolaryngology", "ent specialist", "ear", "nose", "throat"],
    ),
    term("emergency-medicine", "Emergency medicine", "आपातकालीन चिकित्सा", &["emergency"]),
    term("endocrinology", "Endocrinology", "हार्मोन रोग", &["endocrinologist", "hormones", "thyroid", "थायराइड"]),
    term(
        "family-medicine",
        "Family medicine",
        "पारिवारिक चिकित्सा",
        &["family doctor", "family physician", "gp", "general practitioner", "general practice"],
    ),
    term(
        "gastroenterology",
        "Gastroenterology",
        "पेट के रोग",
        &["stomach", "digestion", "gastroenterologist", "gastro", "पेट"],
    ),
    term(
        "general-medicine",
        "General medicine",
        "सामान्य चिकित्सा",
        &["internal medicine", "general physician", "physician", "internist", "fever", "बुखार"],
    ),
    term("general-surgery", "General surgery", "सामान्य शल्य चिकित्सा", &["surgery", "surgeon", "general surgeon"]),
    term("geriatrics", "Geriatrics", "वृद्धावस्था चिकित्सा", &["geriatrician", "geriatric medicine", "elderly"]),
    term(
        "gynaecology",
        "Gynaecology and obstetrics",
        "स्त्री रोग",
        &[
            "gynaecology",
            "gynecology",
            "gynaecologist",
            "gynecologist",
            "obstetrics",
            "obstetrician",
            "pregnancy",
            "women",
            "महिला रोग",
        ],
    ),
    term("haematology", "Haematology", "रक्त रोग", &["hematology", "haematologist", "hematologist", "blood"]),
    term("hepatology", "Hepatology", "यकृत रोग", &["liver", "hepatologist"]),
    term("homeopathy", "Homeopathy", "होम्योपैथी", &["homoeopathy", "homeopath"]),
    term("infectious-diseases", "Infectious diseases", "संक्रामक रोग", &["infections", "infection"]),
    term("neonatology", "Neonatology", "नवजात शिशु रोग", &["newborn", "neonatologist"]),
    term("nephrology", "Nephrology", "गुर्दा रोग", &["kidney", "nephrologist", "किडनी"]),
    term("neurology", "Neurology", "तंत्रिका रोग", &["brain", "nerves", "neurologist", "neuro"]),
    term("neurosurgery", "Neurosurgery", "तंत्रिका शल्य चिकित्सा", &["neurosurgeon", "brain surgery", "brain surgeon"]),
    term("oncology", "Oncology", "कैंसर रोग", &["cancer", "oncologist", "कैंसर"]),
    term(
        "ophthalmology",
        "Ophthalmology",
        "नेत्र रोग",
        &["eye", "eyes", "eye specialist", "eye doctor", "ophthalmologist", "आंख"],
    ),
    term(
        "orthopaedics",
        "Orthopaedics",
        "हड्डी रोग",
        &[
            "orthopedics",
            "orthopaedist",
            "orthopedist",
            "orthopaedic surgeon",
            "orthopedic surgeon",
            "bones",
            "bone",
            "joints",
            "हड्डी",
        ],
    ),
    term(
        "paediatric-surgery",
        "Paediatric surgery",
        "बाल शल्य चिकित्सा",
        &["pediatric surgery", "paediatric surgeon", "pediatric surgeon"],
    ),
    term(
        "paediatrics",
        "Paediatrics",
        "बाल रोग",
        &["pediatrics", "paediatrician", "pediatrician", "children", "child", "child specialist", "बच्चे"],
    ),
    term("pain-medicine", "Pain medicine", "दर्द चिकित्सा", &["pain"]),
    term("palliative-care", "Palliative care", "उपशामक चिकित्सा", &["palliative", "palliative medicine"]),
    term("pathology", "Pathology", "विकृति विज्ञान", &["pathologist"]),
    term(
        "physical-medicine",
        "Physical medicine and rehabilitation",
        "पुनर्वास चिकित्सा",
        &["rehabilitation", "physiatrist", "pmr"],
    ),
    term("physiotherapy", "Physiotherapy", "भौतिक चिकित्सा", &["physiotherapist", "physio"]),
    term("plastic-surgery", "Plastic surgery", "प्लास्टिक सर्जरी", &["plastic surgeon", "cosmetic surgery"]),
    term("psychiatry", "Psychiatry", "मनोरोग", &["psychiatrist", "mental health", "मानसिक रोग"]),
    term("psychology", "Psychology", "मनोविज्ञान", &["psychologist", "counselling", "counseling", "therapy"]),
    term(
        "pulmonology",
        "Pulmonology",
        "फेफड़ों के रोग",
        &["lungs", "lung", "chest", "respiratory medicine", "pulmonologist", "asthma"],
    ),
    term("radiology", "Radiology", "विकिरण विज्ञान", &["radiologist"]),
    term("reproductive-medicine", "Reproductive medicine", "प्रजनन चिकित्सा", &["infertility", "fertility", "ivf"]),
    term("rheumatology", "Rheumatology", "गठिया रोग", &["rheumatologist", "arthritis", "गठिया"]),
    term("sexual-medicine", "Sexual medicine", "यौन रोग", &["sexology", "sexologist", "venereology"]),
    term("siddha", "Siddha", "सिद्ध चिकित्सा", &["siddha medicine"]),
    term("sports-medicine", "Sports medicine", "खेल चिकित्सा", &["sports"]),
    term("unani", "Unani", "यूनानी", &["unani medicine", "hakim"]),
    term("urology", "Urology", "मूत्र रोग", &["urologist", "urine", "prostate"]),
    term("vascular-surgery", "Vascular surgery", "रक्तवाहिका शल्य चिकित्सा", &["vascular surgeon", "veins"]),
    term(
        "yoga-naturopathy",
        "Yoga and naturopathy",
        "योग और प्राकृतिक चिकित्सा",
        &["yoga", "naturopathy", "naturopath", "योग"],
    ),
];

/// The languages, in the order of their English names.
pub const LANGUAGES: &[Term] = &[
    term("ar", "Arabic", "अरबी", &["العربية"]),
    term("as", "Assamese", "असमिया", &["অসমীয়া", "axomiya"]),
    term("bn", "Bengali", "बंगाली", &["Bangla", "বাংলা", "बांग्ला"]),
    term("brx", "Bodo", "बोड़ो", &["बर'"]),
    term("doi", "Dogri", "डोगरी", &[]),
    term("en", "English", "अंग्रेज़ी", &["Angrezi", "इंग्लिश"]),
    term("fr", "French", "फ़्रेंच", &["Français"]),
    term("de", "German", "जर्मन", &["Deutsch"]),
    term("gu", "Gujarati", "गुजराती", &["ગુજરાતી"]),
    term("hi", "Hindi", "हिन्दी", &["हिंदी"]),
    term("kn", "Kannada", "कन्नड़", &["ಕನ್ನಡ", "Canarese"]),
    term("ks", "Kashmiri", "कश्मीरी", &["कॉशुर"]),
    term("kok", "Konkani", "कोंकणी", &[]),
    term("mai", "Maithili", "मैथिली", &[]),
    term("ml", "Malayalam", "मलयालम", &["മലയാളം"]),
    term("mni", "Manipuri", "मणिपुरी", &["Meitei", "Meiteilon"]),
    term("mr", "Marathi", "मराठी", &[]),
    term("ne", "Nepali", "नेपाली", &[]),
    term("or", "Odia", "ओड़िया", &["Oriya", "ଓଡ଼ିଆ", "उड़िया"]),
    term("fa", "Persian", "फ़ारसी", &["Farsi", "فارسی"]),
    term("pa", "Punjabi", "पंजाबी", &["Panjabi", "ਪੰਜਾਬੀ"]),
    term("ru", "Russian", "रूसी", &["Русский"]),
    term("sa", "Sanskrit", "संस्कृत", &[]),
    term("sat", "Santali", "संताली", &["Santhali"]),
    term("sd", "Sindhi", "सिन्धी", &["सिंधी"]),
    term("es", "Spanish", "स्पेनिश", &["Español"]),
    term("ta", "Tamil", "तमिल", &["தமிழ்"]),
    term("te", "Telugu", "तेलुगु", &["తెలుగు"]),
    term("tcy", "Tulu", "तुलु", &["ತುಳು"]),
    term("ur", "Urdu", "उर्दू", &["اردو"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_names_one_entry_and_codes_are_what_is_stored() {
        for terms in [SPECIALITIES, LANGUAGES] {
            let mut owner: HashMap<String, &str> = HashMap::new();
            for term in terms {
                for text in [term.code, term.english, term.hindi].into_iter().chain(term.synonyms.iter().copied()) {
                    let key = key(text);
                    assert!(!key.is_empty(), "{text}");
                    let before = owner.insert(key, term.code);
                    assert!(before.is_none_or(|code| code == term.code), "{text}: {before:?} and {}", term.code);
                }
            }
            assert!(terms.is_sorted_by_key(|term| term.english));
        }
        assert!(SPECIALITIES.iter().all(|term| Speciality::parse(term.code).unwrap().as_str() == term.code));
        assert!(LANGUAGES.iter().all(|term| Language::parse(term.code).unwrap().as_str() == term.code));
    }

    #[test]
    fn a_speciality_is_named_by_code_name_or_synonym() {
        for text in [
            "cardiology",
            "Cardiology",
            " CARDIOLOGY ",
            "heart",
            "Cardiologist",
            "heart specialist",
            "हृदय रोग",
            "hriday rog",
        ] {
            assert_eq!(speciality(text).unwrap().as_str(), "cardiology", "{text}");
        }
        assert_eq!(speciality("Pediatrician").unwrap().as_str(), "paediatrics");
        assert_eq!(speciality("general medicine").unwrap().as_str(), "general-medicine");
        assert_eq!(speciality("Ear, nose & throat").unwrap().as_str(), "ent");
    }

    #[test]
    fn a_language_is_named_by_tag_or_name() {
        for (text, tag) in [
            ("hi", "hi"),
            ("hi-in", "hi-IN"),
            ("en_GB", "en-GB"),
            ("Hindi", "hi"),
            ("हिंदी", "hi"),
            ("हिन्दी", "hi"),
            ("bangla", "bn"),
            ("தமிழ்", "ta"),
            ("Odia", "or"),
        ] {
            assert_eq!(language(text).unwrap().as_str(), tag, "{text}");
        }
        for text in ["", "*", "xx", "qaa", "Klingon", "x-hi"] {
            assert!(language(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_unknown_brings_suggestions_and_is_not_repeated() {
        let said = |text: &str| speciality(text).unwrap_err().to_string();
        assert!(said("cardiolgy").contains("; similar: cardiology"), "{}", said("cardiolgy"));
        assert!(said("dermatolojist").contains("dermatology"));
        for text in ["", "astrology-of-things", "<script>", "💊"] {
            let said = said(text);
            assert!(said.contains("listSpecialities") && (text.is_empty() || !said.contains(text)), "{said}");
        }
        assert!(language("Hindhi").unwrap_err().to_string().contains("hi"));
    }
}
