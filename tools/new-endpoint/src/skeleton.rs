//! The texts that are written for an endpoint.

/// The endpoint of the command line.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The context, by the name of its crate.
    pub context: String,
    /// The method, such as `GET`.
    method: String,
    /// The path, with its parameters in braces.
    path: String,
    /// The operation's id, such as `viewClock`.
    id: String,
    summary: String,
}

impl Endpoint {
    /// Reads the arguments of the command line.
    pub fn read(arguments: &[String]) -> Result<Self, String> {
        let [context, method, path, id, rest @ ..] = arguments else { return Err("an argument is missing".into()) };
        if !["GET", "POST", "PUT", "DELETE"].contains(&method.as_str()) {
            return Err(format!("{method} is not a method of the API"));
        }
        if !path.starts_with('/') || path.matches('{').count() != path.matches('}').count() {
            return Err(format!("{path} is not a path"));
        }
        if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("{id} is not an operation's id: write it like bookAppointment"));
        }
        let summary = match rest {
            [] => capitalised(&words(id).join(" ")),
            rest => rest.join(" "),
        };
        Ok(Self { context: context.clone(), method: method.clone(), path: path.clone(), id: id.clone(), summary })
    }

    /// `view_clock`
    pub fn module(&self) -> String {
        words(&self.id).join("_")
    }

    /// `view-clock`
    pub fn binary(&self) -> String {
        words(&self.id).join("-")
    }

    /// `ViewClock`
    fn type_name(&self) -> String {
        capitalised(&self.id)
    }

    /// The names of the path's parameters.
    fn parameters(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    /// The endpoint's module.
    pub fn source(&self) -> String {
        let (method, path, id, name, summary) = (&self.method, &self.path, &self.id, self.type_name(), &self.summary);
        let verb = method.to_lowercase();
        let parameters = self.parameters();
        let (has_path, has_answer) = (!parameters.is_empty(), method != "DELETE");
        let (input, taken) = if has_path { (format!("Path<{name}Path>"), "Path(_path)") } else { ("()".into(), "()") };
        let (output, answer) = if has_answer {
            (format!("Ok200<{name}View>"), format!("Ok200::new({name}View {{}})"))
        } else {
            ("NoContent".to_owned(), "NoContent".to_owned())
        };
        let mut names = vec!["Context", "Endpoint", "Problem"];
        names.extend(has_path.then_some("Path"));
        names.extend(if has_answer { &["Ok200", "Open", "View"][..] } else { &["NoContent"] });
        names.sort_unstable();
        let names = names.join(", ");
        let serde: Vec<&str> = [(has_path, "Deserialize"), (has_answer, "Serialize")]
            .into_iter()
            .filter_map(|(is_used, name)| is_used.then_some(name))
            .collect();
        let serde = match serde.as_slice() {
            [] => String::new(),
            [one] => format!("use serde::{one};\nuse utoipa::ToSchema;\n"),
            several => format!("use serde::{{{}}};\nuse utoipa::ToSchema;\n", several.join(", ")),
        };
        let path_type = if has_path {
            let fields = parameters.iter().map(|parameter| {
                format!("    /// To be described.\n    pub {}: String,\n", words(parameter).join("_"))
            });
            format!(
                "\n/// The path.\n#[derive(Debug, Deserialize, ToSchema)]\n\
                 #[serde(rename_all = \"camelCase\", deny_unknown_fields)]\npub struct {name}Path {{\n{}}}\n",
                fields.collect::<String>()
            )
        } else {
            String::new()
        };
        let view = if has_answer {
            format!(
                "\n/// The answer.\n#[derive(Debug, Serialize, ToSchema)]\n\
                 #[serde(rename_all = \"camelCase\")]\npub struct {name}View {{}}\n\n\
                 impl View for {name}View {{\n    type Data = Open;\n}}\n"
            )
        } else {
            String::new()
        };
        format!(
            "//! `{method} {path}`: to be described.\n\nuse api::{{{names}}};\n{serde}\n/// `{id}`\n\
             pub static ENDPOINT: Endpoint<(), {input}, {output}> =\n    \
             Endpoint::{verb}(\"{path}\", \"{id}\", \"{summary}\", &handle)\n        \
             // A test refuses the braces until this text says what a client has to know.\n        \
             .details(\"{{TO BE DESCRIBED}}\");\n{path_type}{view}\n\
             async fn handle(_cx: Context, (): (), {taken}: {input}) -> Result<{output}, Problem> {{\n    \
             Ok({answer})\n}}\n"
        )
    }

    /// The binary's source.
    pub fn main(&self) -> String {
        let function = format!("{}::{}", self.context, self.module());
        format!(
            "//! The Lambda function of [`{function}`].\n\nfn main() -> api::Exit {{\n    \
             api::serve(&{function}::ENDPOINT)\n}}\n"
        )
    }

    /// The binary in the manifest.
    pub fn stanza_of_binary(&self) -> String {
        let binary = self.binary();
        format!("[[bin]]\nname = \"{binary}\"\npath = \"src/bin/{binary}.rs\"\ntest = false\ndoc = false\n")
    }

    /// The function in the context's template. Refusals are recorded if there is a caller.
    pub fn stanza(&self) -> String {
        let (name, binary, method, path) = (self.type_name(), self.binary(), &self.method, &self.path);
        format!(
            "  {name}Function:
    Type: AWS::Serverless::Function
    Metadata: {{BuildMethod: rust-cargolambda, BuildProperties: {{Binary: {binary}}}}}
    Properties:
      FunctionName: !Sub ${{App}}-api-{binary}
      Description: \"{method} {path}\"
      Policies:
        - Version: \"2012-10-17\"
          Statement:
            - {{Effect: Allow, Action: dynamodb:PutItem, Resource: !Ref TableArn, Condition: {{\"ForAllValues:StringLike\": {{dynamodb:LeadingKeys: ACT#*}}}}}}
"
        )
    }

    /// A sample event, made of the one of `viewMe`.
    pub fn event(&self, sample: &str) -> Result<String, String> {
        let concrete = self
            .parameters()
            .iter()
            .fold(self.path.clone(), |path, parameter| path.replace(&format!("{{{parameter}}}"), sample_of(parameter)));
        let mut event = sample
            .replace("\"GET /v1/me\"", &format!("\"{} {}\"", self.method, self.path))
            .replace("\"/v1/me\"", &format!("\"{concrete}\""))
            .replace("\"method\": \"GET\"", &format!("\"method\": \"{}\"", self.method));
        if self.method == "PUT" {
            event = event.replacen("    \"origin\":", "    \"if-match\": \"\\\"1\\\"\",\n    \"origin\":", 1);
        }
        let pairs = self.parameters().into_iter().map(|name| format!("    \"{name}\": \"{}\"", sample_of(name)));
        let pairs: Vec<String> = pairs.collect();
        if !pairs.is_empty() {
            let parameters = format!("  \"pathParameters\": {{\n{}\n  }},\n", pairs.join(",\n"));
            event = event.replacen("  \"isBase64Encoded\"", &format!("{parameters}  \"isBase64Encoded\""), 1);
        }
        if event.contains("/v1/me\"") && !self.path.ends_with("/v1/me") {
            return Err("events/view-me.json has an unexpected form".into());
        }
        Ok(event)
    }

    /// The steps that are left to do by hand.
    pub fn next_steps(&self) -> String {
        let (context, module) = (&self.context, self.module());
        let mut steps = vec![format!(
            "write functions/{context}/src/{module}.rs: its ports and input, its description, `.allow(..)`, its rule"
        )];
        steps.push("add its grants to the template; tests name missing and unused ones".into());
        steps.push(
            "if it takes a body, a query or an id that is not a doctor's, a visit's or a payment's: add a valid request to `question` of \
             tests/system/authorization.rs"
                .into(),
        );
        steps.push("VAIDYA_UPDATE=1 cargo test --package system-tests --test system, and look at `git diff`".into());
        let lines = steps.iter().enumerate().map(|(number, step)| format!("{}. {step}", number + 1));
        format!("\nleft to do:\n{}", lines.collect::<Vec<_>>().join("\n"))
    }
}

/// The ids of a sample event: people and visits of the test of the samples.
fn sample_of(parameter: &str) -> &'static str {
    match parameter {
        "doctorId" => "1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02",
        "patientId" => "5f0c2f5e-8c1b-4f0e-9a63-2d1e6d1f0a01",
        "appointmentId" | "paymentId" => "c2a4d8e6-1b3f-4a5c-8d7e-9f0a1b2c3d04",
        _ => "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    }
}

fn words(id: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for character in id.chars() {
        if character.is_ascii_uppercase() {
            words.push(String::new());
        }
        words.last_mut().expect("one at least").push(character.to_ascii_lowercase());
    }
    words
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_uppercase().to_string() + characters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(arguments: &[&str]) -> Result<Endpoint, String> {
        Endpoint::read(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn all_names_follow_from_the_id() {
        let clock = endpoint(&["platform", "GET", "/v1/clock", "viewClock"]).unwrap();
        assert_eq!((clock.module(), clock.binary()), ("view_clock".into(), "view-clock".into()));
        assert!(clock.stanza().starts_with("  ViewClockFunction:\n"));
        assert!(clock.source().contains("\"View clock\""));
    }

    #[test]
    fn invalid_arguments_are_refused() {
        assert!(endpoint(&["platform", "GET", "/v1/clock"]).is_err());
        assert!(endpoint(&["platform", "FETCH", "/v1/clock", "viewClock"]).is_err());
        assert!(endpoint(&["platform", "GET", "v1/clock", "viewClock"]).is_err());
        assert!(endpoint(&["platform", "GET", "/v1/clock", "view-clock"]).is_err());
    }

    #[test]
    fn a_sample_event_has_the_route_and_its_parameters() {
        let sample = std::fs::read_to_string(crate::root().join("events/view-me.json")).unwrap();
        let endpoint = endpoint(&["directory", "PUT", "/v1/doctors/{doctorId}/note", "writeNote"]).unwrap();
        let event = endpoint.event(&sample).unwrap();
        assert!(event.contains("\"routeKey\": \"PUT /v1/doctors/{doctorId}/note\""));
        assert!(event.contains("\"rawPath\": \"/v1/doctors/1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02/note\""));
        assert!(event.contains("\"doctorId\": \"1d6f2c9a-4f4b-4c58-9b77-6a0f1c2b3d02\""));
        assert!(event.contains("\"if-match\""));
    }
}
