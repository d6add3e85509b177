//! The templates as plain JSON: short forms of intrinsic functions written out, and what a resource refers to.
//!
//! It expands nothing: what SAM makes of a function is counted and drawn where a proof needs it.

use local::template::Template;
use serde_json::{Map, Value, json};
use serde_norway::Value as Yaml;
use std::collections::{BTreeMap, BTreeSet};

/// The resources of all templates, by logical id; parameters of nested stacks are replaced by what they stand for.
pub fn resources(template: &Template) -> BTreeMap<String, Value> {
    resources_of(&plain(&template.document))
}

/// The resources of one template, by logical id.
///
/// # Panics
/// If it has none.
pub fn resources_of(document: &Value) -> BTreeMap<String, Value> {
    let resources = document["Resources"].as_object().cloned().expect("a template has resources");
    resources.into_iter().collect()
}

/// Each template as it is written, under its path.
pub fn files(template: &Template) -> BTreeMap<String, Value> {
    template.files.iter().map(|(path, document)| (path.clone(), plain(document))).collect()
}

/// YAML as JSON, `!Ref x` as `{"Ref": "x"}`.
fn plain(value: &Yaml) -> Value {
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => json!(flag),
        Yaml::Number(number) => number.as_i64().map_or_else(|| json!(number.as_f64()), |whole| json!(whole)),
        Yaml::String(text) => json!(text),
        Yaml::Sequence(values) => values.iter().map(plain).collect(),
        Yaml::Mapping(fields) => {
            let fields = fields.iter().map(|(name, value)| (text_of(name), plain(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let tag = tag.trim_start_matches('!');
            let name = if matches!(tag, "Ref" | "Condition") { tag.to_owned() } else { format!("Fn::{tag}") };
            json!({ name: plain(&tagged.value) })
        }
    }
}

fn text_of(name: &Yaml) -> String {
    match name {
        Yaml::String(text) => text.clone(),
        other => plain(other).to_string(),
    }
}

/// The names that a value refers to, in each of CloudFormation's ways.
pub fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => {
            for (name, inner) in fields {
                match (name.as_str(), inner) {
                    ("Ref", Value::String(name)) => _ = found.insert(name.clone()),
                    ("Fn::GetAtt", Value::String(path)) => _ = found.insert(before_dot(path)),
                    ("Fn::GetAtt", Value::Array(path)) => {
                        found.extend(path.first().and_then(Value::as_str).map(str::to_owned))
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(substituted(text)),
                    ("Fn::Sub", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str).into_iter().flat_map(substituted));
                        parts.iter().skip(1).for_each(|part| collect(part, found));
                    }
                    ("DependsOn", Value::String(name)) => _ = found.insert(name.clone()),
                    ("DependsOn", Value::Array(names)) => {
                        found.extend(names.iter().filter_map(Value::as_str).map(str::to_owned))
                    }
                    _ => collect(inner, found),
                }
            }
        }
        _ => {}
    }
}

fn before_dot(path: &str) -> String {
    path.split('.').next().unwrap_or(path).to_owned()
}

fn substituted(text: &str) -> impl Iterator<Item = String> {
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .filter(|name| !name.starts_with('!'))
        .map(before_dot)
}

/// A path that leads back to where it began, if there is one.
pub fn cycle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn visit(
        name: &str,
        edges: &BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> bool {
        if done.contains(name) {
            return false;
        }
        let met = path.iter().any(|earlier| earlier == name);
        path.push(name.to_owned());
        if met || edges.get(name).into_iter().flatten().any(|next| visit(next, edges, path, done)) {
            return true;
        }
        path.pop();
        done.insert(name.to_owned());
        false
    }
    let mut done = BTreeSet::new();
    edges.keys().find_map(|name| {
        let mut path = vec![];
        visit(name, edges, &mut path, &mut done).then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_every_form() {
        let yaml = "{a: !Ref One, b: !GetAtt Two.Arn, c: !Sub '${Three.Arn}/${!Not}', d: !Sub ['${x}', {x: !Ref Four}], DependsOn: Five}";
        let value = plain(&serde_norway::from_str(yaml).unwrap());
        let found: Vec<_> = references(&value).into_iter().collect();
        assert_eq!(found, ["Five", "Four", "One", "Three", "Two", "x"]);
    }

    #[test]
    fn a_cycle_is_found_and_a_diamond_is_none() {
        let graph = |edges: &[(&str, &[&str])]| {
            edges.iter().map(|(from, to)| ((*from).to_owned(), to.iter().map(|t| (*t).to_owned()).collect())).collect()
        };
        assert_eq!(cycle(&graph(&[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])])), None);
        assert!(cycle(&graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])])).is_some());
    }
}
