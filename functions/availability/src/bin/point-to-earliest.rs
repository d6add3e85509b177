//! The Lambda function of [`availability::point_to_earliest`].

fn main() -> api::Exit {
    api::serve(&availability::point_to_earliest::CONSUMER)
}
