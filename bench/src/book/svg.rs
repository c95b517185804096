//! As much SVG as the figures need. Written by hand: a drawing library's output cannot be read in a dark page as in a light one.

use std::fmt::Write;

pub(super) const WIDTH: f64 = 720.0;

/// Of the series, in their order: told apart also by who does not see all colours, in light and in dark.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:15px;font-weight:600}.quiet{fill:#59636e;\
    font-size:12px}.grid{stroke:#d1d9e0;stroke-width:1}.s0{fill:#0550ae;stroke:#0550ae}.s1{fill:#bc4c00;stroke:#bc4c00}\
    .s2{fill:#6e7781;stroke:#6e7781}.s3{fill:#8250df;stroke:#8250df}.line,.s0.line,.s1.line,.s2.line,.s3.line{fill:none;stroke-width:2.5}.bar{stroke:none}\
    text{stroke:none!important}\
    @media(prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.grid{stroke:#3d444d}.s0{fill:#79c0ff;stroke:#79c0ff}\
    .s1{fill:#ffa657;stroke:#ffa657}.s2{fill:#9198a1;stroke:#9198a1}.s3{fill:#d2a8ff;stroke:#d2a8ff}}";

/// Where text stands from its point.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing, from the upper left corner.
pub(super) struct Drawing(String);

impl Drawing {
    pub(super) fn new(title: &str, about: &str) -> Self {
        let mut drawing = Self(String::new());
        drawing.text((16.0, 26.0), Anchor::Start, "title", title);
        drawing.text((16.0, 46.0), Anchor::Start, "quiet", about);
        drawing
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        self.put(&format!(r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#));
    }

    pub(super) fn bar(&mut self, (x, y): (f64, f64), width: f64, height: f64, class: &str) {
        self.put(&format!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{:.1}" height="{height:.1}" rx="2" class="bar {class}"/>"#,
            width.max(1.0)
        ));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.put(&format!(
            r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" class="grid"/>"#,
            from.0, from.1, to.0, to.1
        ));
    }

    /// Points, joined.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], class: &str) {
        let joined: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        self.put(&format!(r#"<polyline points="{}" class="line {class}"/>"#, joined.join(" ")));
        for (x, y) in points {
            self.put(&format!(r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" class="{class}"/>"#));
        }
    }

    fn put(&mut self, element: &str) {
        self.0.push_str(element);
        self.0.push('\n');
    }

    pub(super) fn finish(self, height: f64, title: &str) -> String {
        let mut svg = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0}" width="{WIDTH}" height="{height:.0}" role="img">"#
        );
        let _ = writeln!(svg, "<title>{}</title>\n<style>{STYLE}</style>", escaped(title));
        svg.push_str(&self.0);
        svg.push_str("</svg>\n");
        svg
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
