//! Commands to the site.

use proptest::bool::weighted as chance;
use proptest::option::{of, weighted};
use proptest::prelude::any;
use proptest::sample::select;
use reqwest::Method;
use serde_json::json;

use super::{Call, Weighted, command};
use crate::generate::owner;

pub(super) fn commands() -> Vec<Weighted> {
    let colour = select(vec!["#7b1fa2", "#00796b"]);
    let largest = select(vec![2_u32, 5, 256, 256]);
    vec![
        // EnableMemberChat, DisableMemberChat
        command(3, (owner(), chance(0.75)), |(by, on), _| {
            let path = if on { "/member-chat/enable" } else { "/member-chat/disable" };
            Call::new(by.id(), Method::POST, path.to_owned())
        }),
        // ChangeSettings
        command(
            3,
            (owner(), of(any::<bool>()), weighted(0.3, any::<bool>()), weighted(0.4, largest), weighted(0.3, colour)),
            |(by, manual, staff_only, largest, colour), _| {
                let mut body = json!({});
                manual.inspect(|manual| body["approval"] = json!(if *manual { "manual" } else { "automatic" }));
                staff_only.inspect(|staff| body["group_creation"] = json!(if *staff { "staff" } else { "members" }));
                largest.inspect(|largest| body["max_participants"] = json!(largest));
                colour.inspect(|colour| {
                    let welcome = json!({ "en": "Ask us.", "fr": null });
                    body["appearance"] = json!({ "accent": colour, "position": "left", "welcome": welcome });
                    body["badges"] = json!({ "vip": { "label": { "en": "VIP Gold", "fr": null }, "color": colour } });
                });
                Call::new(by.id(), Method::PATCH, "/settings".to_owned()).with_body(body)
            },
        ),
    ]
}
