//! The view of an entry of a vocabulary.

use domain::directory::vocabulary::Term;
use serde::Serialize;
use utoipa::ToSchema;

/// The seconds for which a client may cache a vocabulary: it changes with a release.
pub(crate) const TERMS_CACHE_SECONDS: u32 = 3600;

/// A speciality or a language.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Term)]
pub struct TermView {
    /// The code that views of doctors show: a slug of a speciality, or the tag of a language (BCP 47).
    #[schema(value_type = String, example = "cardiology")]
    code: &'static str,
    /// The names.
    #[schema(inline)]
    name: TermNames,
    /// Other words for it, in any language and script, that requests may use.
    #[schema(value_type = Vec<String>, example = json!(["heart", "cardiologist"]))]
    synonyms: &'static [&'static str],
}

/// The names of a speciality or a language, by language.
#[derive(Debug, Serialize, ToSchema)]
struct TermNames {
    /// The English name.
    #[schema(value_type = String, example = "Cardiology")]
    en: &'static str,
    /// The Hindi name.
    #[schema(value_type = String, example = "हृदय रोग")]
    hi: &'static str,
}

impl TermView {
    pub(crate) fn of(term: &Term) -> Self {
        let Term { code, english, hindi, synonyms } = *term;
        TermView { code, name: TermNames { en: english, hi: hindi }, synonyms }
    }
}
