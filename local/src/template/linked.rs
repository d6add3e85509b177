//! The templates as one document: a nested stack's parameter is replaced by the root's value for it, and a stack's output by its value.
//!
//! A wrong parameter in the root is wrong here too, so the tests of grants and references find it.

use super::{tag_of, untagged};
use serde_norway::value::{Tag, TaggedValue};
use serde_norway::{Mapping, Value};
use std::collections::BTreeMap;

/// The type of the root's resources that are stacks of their own.
const STACK: &str = "AWS::CloudFormation::Stack";
/// A value leads to another one through a parameter or an output. No chain of ours is as long as this.
const LONGEST_CHAIN: usize = 16;

/// A nested stack: its template, and the parameters from the root.
struct Nested<'a> {
    document: &'a Value,
    given: Option<&'a Mapping>,
}

struct Stacks<'a> {
    nested: BTreeMap<&'a str, Nested<'a>>,
}

/// The root with the resources of its nested stacks in place of the stacks. `files` are the templates by path.
///
/// # Panics
/// If a stack has no template among `files`, two templates have a resource of one name, or a value leads back to itself.
pub(super) fn linked(root: &Value, files: &BTreeMap<String, Value>) -> Value {
    let resources =
        |document: &Value| document.get("Resources").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let mut stacks = Stacks { nested: BTreeMap::new() };
    for (id, resource) in root.get("Resources").and_then(Value::as_mapping).into_iter().flatten() {
        let Some(id) = id.as_str().filter(|_| is_stack(resource)) else { continue };
        let properties = resource.get("Properties");
        let url = properties.and_then(|p| p.get("TemplateURL")).and_then(Value::as_str).unwrap_or_default();
        let document =
            files.get(url).unwrap_or_else(|| panic!("template.yaml: {id} leads to {url:?}, which is not read"));
        let given = properties.and_then(|p| p.get("Parameters")).and_then(Value::as_mapping);
        stacks.nested.insert(id, Nested { document, given });
    }
    let mut merged = Mapping::new();
    let mut add = |id: Value, resource: Value| {
        assert!(!merged.contains_key(&id), "two templates have a resource {id:?}");
        merged.insert(id, resource);
    };
    for (id, resource) in resources(root).into_iter().filter(|(_, resource)| !is_stack(resource)) {
        add(id, stacks.resolved(&resource, None, 0));
    }
    for (stack, nested) in &stacks.nested {
        for (id, resource) in resources(nested.document) {
            add(id, stacks.resolved(&resource, Some(*stack), 0));
        }
    }
    let mut document = root.as_mapping().cloned().unwrap_or_default();
    document.insert("Resources".into(), Value::Mapping(merged));
    Value::Mapping(document)
}

fn is_stack(resource: &Value) -> bool {
    resource.get("Type").and_then(Value::as_str) == Some(STACK)
}

fn tagged(tag: &str, value: Value) -> Value {
    Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value }))
}

impl Stacks<'_> {
    /// A value of the template of `stack` (`None`: of the root), without parameters of nested stacks and outputs.
    fn resolved(&self, value: &Value, stack: Option<&str>, depth: usize) -> Value {
        assert!(depth < LONGEST_CHAIN, "a value leads back to itself: {value:?}");
        match value {
            Value::Sequence(values) => values.iter().map(|value| self.resolved(value, stack, depth)).collect(),
            Value::Mapping(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.clone(), self.resolved(value, stack, depth)));
                Value::Mapping(fields.collect())
            }
            Value::Tagged(form) => match (tag_of(form).as_str(), &form.value) {
                ("Ref" | "GetAtt", Value::String(name)) => match self.elsewhere(name, stack) {
                    Some((value, stack)) => self.resolved(value, stack, depth + 1),
                    None => value.clone(),
                },
                ("Sub", Value::String(text)) => self.substituted(text, Mapping::new(), stack, depth),
                ("Sub", Value::Sequence(parts)) => {
                    let text = parts.first().and_then(Value::as_str).unwrap_or_default();
                    let names = parts.get(1).map(|names| self.resolved(names, stack, depth));
                    let names = names.as_ref().and_then(Value::as_mapping).cloned().unwrap_or_default();
                    self.substituted(text, names, stack, depth)
                }
                (tag, inner) => tagged(tag, self.resolved(inner, stack, depth)),
            },
            plain => plain.clone(),
        }
    }

    /// The value of a parameter or of `Stack.Outputs.Name`, and the template that contains it.
    fn elsewhere<'b>(&'b self, name: &str, stack: Option<&str>) -> Option<(&'b Value, Option<&'b str>)> {
        match stack {
            Some(stack) => Some((self.nested.get(stack)?.given?.get(name)?, None)),
            None => {
                let (stack, output) = name.split_once(".Outputs.")?;
                let (stack, nested) = self.nested.get_key_value(stack)?;
                Some((nested.document.get("Outputs")?.get(output)?.get("Value")?, Some(*stack)))
            }
        }
    }

    /// `!Sub`, with the references to other templates resolved.
    fn substituted(&self, text: &str, mut names: Mapping, stack: Option<&str>, depth: usize) -> Value {
        let mut written = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            written.push_str(before);
            let found = if names.contains_key(name) { None } else { self.elsewhere(name, stack) };
            match found.map(|(value, stack)| self.resolved(value, stack, depth + 1)) {
                None => written.push_str(&format!("${{{name}}}")),
                Some(value) => match as_text(&value) {
                    Some(text) => written.push_str(&text),
                    None => {
                        written.push_str(&format!("${{{name}}}"));
                        names.insert(name.into(), value);
                    }
                },
            }
            rest = after;
        }
        written.push_str(rest);
        let text = Value::String(written);
        tagged("Sub", if names.is_empty() { text } else { Value::Sequence(vec![text, Value::Mapping(names)]) })
    }
}

/// A value as text within a `!Sub`, if it has one.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Tagged(form) => {
            let name = untagged(value).as_str()?;
            match tag_of(form).as_str() {
                "Ref" | "GetAtt" => Some(format!("${{{name}}}")),
                "Sub" => Some(name.to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yaml(text: &str) -> Value {
        serde_norway::from_str(text).unwrap()
    }

    #[test]
    fn a_parameter_is_what_the_root_passes_and_an_output_is_its_value() {
        let root = yaml(
            "Resources:
               Table: {Type: T}
               First: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: first, Parameters: {App: !Ref AWS::StackName}}}
               Second:
                 Type: AWS::CloudFormation::Stack
                 Properties:
                   TemplateURL: second
                   Parameters:
                     TableArn: !GetAtt Table.Arn
                     QueueArn: !GetAtt First.Outputs.QueueArn
                     Address: !If [Has, !Ref Mail, '']
               Board: {Type: B, Body: !Sub 'on ${First.Outputs.Name}'}",
        );
        let first = yaml(
            "Resources: {Queue: {Type: Q, Name: !Sub '${App}-queue'}}
Outputs: {QueueArn: {Value: !GetAtt Queue.Arn}, Name: {Value: !Sub '${App}-x'}}",
        );
        let second = yaml(
            "Resources: {F: {A: !Ref TableArn, B: !Sub '${TableArn}/index/GSI1', C: [!Ref QueueArn], D: !Sub 'x/${Address}/${!y}', E: !Ref F}}",
        );
        let files = BTreeMap::from([("first".to_owned(), first), ("second".to_owned(), second)]);
        let expected = yaml(
            "Table: {Type: T}
Board: {Type: B, Body: !Sub 'on ${AWS::StackName}-x'}
Queue: {Type: Q, Name: !Sub '${AWS::StackName}-queue'}
F:
  A: !GetAtt Table.Arn
  B: !Sub '${Table.Arn}/index/GSI1'
  C: [!GetAtt Queue.Arn]
  D: !Sub ['x/${Address}/${!y}', {Address: !If [Has, !Ref Mail, '']}]
  E: !Ref F",
        );
        assert_eq!(linked(&root, &files)["Resources"], expected);
    }

    #[test]
    #[should_panic(expected = "a value leads back to itself")]
    fn an_output_that_is_passed_back_to_its_own_stack_is_found() {
        let root = yaml(
            "Resources: {One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: one, Parameters: {X: !GetAtt One.Outputs.X}}}}",
        );
        let one = yaml("Resources: {R: {Y: !Ref X}}\nOutputs: {X: {Value: !Ref X}}");
        let _ = linked(&root, &BTreeMap::from([("one".to_owned(), one)]));
    }
}
