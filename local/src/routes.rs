//! The routes of the HTTP API, and the match of a path with them.

use crate::template::{Route, Template};
use http::Method;
use std::collections::BTreeMap;

/// The routes, and the function behind each.
#[derive(Debug)]
pub struct Routes {
    rows: Vec<(Route, String)>,
}

impl Routes {
    /// The routes of the template.
    pub fn of(template: &Template) -> Self {
        let mut rows: Vec<_> = template
            .functions
            .iter()
            .flat_map(|(id, stanza)| stanza.routes.iter().map(move |route| (route.clone(), id.clone())))
            .collect();
        // The most specific route wins: a fixed segment before a parameter.
        rows.sort_by_key(|(route, _)| (route.path.matches('{').count(), route.path.clone()));
        Routes { rows }
    }

    /// The route of a request, its function and the parameters of its path.
    pub fn find(&self, method: &Method, path: &str) -> Option<(&Route, &str, BTreeMap<String, String>)> {
        self.rows.iter().find_map(|(route, function)| {
            let parameters = capture(&route.path, path)?;
            (route.method == method.as_str()).then_some((route, function.as_str(), parameters))
        })
    }
}

fn capture(pattern: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (expected, found) in pattern.iter().zip(path) {
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !found.is_empty() => {
                parameters.insert(name.to_owned(), percent_decoded(found));
            }
            None if *expected == found => {}
            _ => return None,
        }
    }
    Some(parameters)
}

fn percent_decoded(text: &str) -> String {
    // A parameter of the path is not a form: `+` is a plus.
    let pair = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_captured_segment_by_segment() {
        let captured = capture("/v1/doctors/{doctorId}/slots/{slotId}", "/v1/doctors/a%20b/slots/c+d").unwrap();
        assert_eq!(captured["doctorId"], "a b");
        assert_eq!(captured["slotId"], "c+d");
        assert!(capture("/v1/doctors/{doctorId}", "/v1/doctors/").is_none());
        assert!(capture("/v1/doctors/{doctorId}", "/v1/doctors/a/b").is_none());
    }
}
