//! Which of HTML and JSON a client prefers, by its `Accept` header (RFC 9110, section 12.5.1).

/// Whether JSON comes before HTML in an `Accept` header. Where both are equally welcome it is HTML.
pub(crate) fn prefers_json(accept: &str) -> bool {
    let mut json = 0.0_f32;
    let mut html = 0.0_f32;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let quality = parts
            .find_map(|parameter| parameter.strip_prefix("q="))
            .map_or(1.0, |quality| quality.parse::<f32>().unwrap_or(0.0));
        match kind {
            "application/json" => json = json.max(quality),
            "text/html" | "application/xhtml+xml" => html = html.max(quality),
            "text/*" | "*/*" => html = html.max(quality * 0.99),
            "application/*" => json = json.max(quality * 0.98),
            other if other.ends_with("+json") => json = json.max(quality),
            _ => {}
        }
    }
    json > html
}

#[cfg(test)]
mod tests {
    use super::prefers_json;

    #[test]
    fn what_clients_send() {
        let table = [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false),
            ("application/json", true),
            ("application/json, text/plain, */*", true),
            ("*/*", false),
            ("", false),
            ("text/html;q=0.5, application/json;q=0.9", true),
            ("application/json;q=0", false),
            ("application/problem+json", true),
            ("application/json;q=x", false),
        ];
        for (accept, expected) in table {
            assert_eq!(prefers_json(accept), expected, "{accept}");
        }
    }
}
