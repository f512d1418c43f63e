//! What the HTML of chat bodies says as plain text, and that no markup makes it panic or grow.

use proptest::prelude::*;

use super::*;

fn text(html: &str) -> String {
    plain(html).text
}

#[test]
fn blocks_and_breaks_become_lines() {
    for (html, expected) in [
        ("plain", "plain"),
        ("<p>one</p>\n<p>two<br>three<br/></p>four", "one\ntwo\nthree\nfour"),
        ("<div>  a \n b </div><div><div>c</div></div>", "a b\nc"),
        ("<p>above</p><p>&nbsp;</p><p>below</p>", "above\n\nbelow"),
        ("<p>a<br><br>b</p>", "a\n\nb"),
        ("<b>bold</b> and <i>slanted</i>, <font color=red>red</font>", "bold and slanted, red"),
        ("<h1>Title</h1>text<hr>end", "Title\ntext\nend"),
        ("", ""),
    ] {
        assert_eq!(text(html), expected, "{html}");
    }
}

#[test]
fn lists_and_quotes_keep_their_marks() {
    assert_eq!(text("<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>e"), "• a\n  • b\n• c\n  d\ne");
    assert_eq!(text("<ol start=\"3\"><li>x<li>y</ol>"), "3. x\n4. y");
    assert_eq!(
        text("<blockquote><p>said</p><blockquote>before</blockquote></blockquote>yes"),
        "> said\n> > before\nyes"
    );
}

#[test]
fn code_keeps_its_lines_and_tables_their_cells() {
    assert_eq!(
        text("<p>see</p><pre><code>if a {\n    b &lt; c\n}\n</code></pre>end"),
        "see\nif a {\n    b < c\n}\nend"
    );
    assert_eq!(text("<codeblock class=\"Rust\"><code>a<br>  b</code></codeblock>"), "a\n  b");
    assert_eq!(
        text("<table><tr><th>Host</th><th>p95</th></tr><tr><td><p>gw-1</p></td><td>9 s</td></tr></table>after"),
        "Host | p95\ngw-1 | 9 s\nafter"
    );
}

#[test]
fn entities_are_read_once_whatever_their_form() {
    assert_eq!(text("a &amp;lt; b &#8212; &#x1F600; &#150; &eacute;"), "a &lt; b — 😀 – é");
    assert_eq!(
        text("AT&T &unknown; &#xFFFFFFFF; &#0;"),
        "AT&T &unknown; \u{fffd} \u{fffd}".replace("&#xFFFFFFFF;", "")
    );
}

#[test]
fn links_are_shown_and_collected() {
    let shown = plain(
        "<a href=\"https://a.example/x?a=1&amp;b=2\">the graph</a>, <a href='https://b.example/'>b.example</a>, \
         <a href=\"#narrow/7\">near</a> <a href=\"https://a.example/x?a=1&amp;b=2\"><img src=\"t.png\"></a>",
    );
    assert_eq!(shown.text, "the graph (https://a.example/x?a=1&b=2), https://b.example/, near");
    let links: Vec<&str> = shown.links.iter().map(RawString::unsanitised).collect();
    assert_eq!(links, ["https://a.example/x?a=1&b=2", "https://b.example/"]);
    assert_eq!(text("<a href=\"https://a.example/\"></a> <a href=\"javascript:x()\">no</a>"), "https://a.example/ no");
}

#[test]
fn neighbouring_parts_of_one_name_are_one_mention() {
    let person = |part: &str| if part == "2" { "guests".to_owned() } else { "u-7".to_owned() };
    let html = "<p>Hi <at id=\"0\">Runa</at>&nbsp;<at id=\"1\">Halvorik</at>, <at id=\"2\">Guests</at> ok <at id=0>Runa</at></p>";
    let shown = plain_with_people(html, person);
    assert_eq!(shown.text, "Hi @Runa Halvorik, @Guests ok @Runa");
    let mentions: Vec<_> = shown.mentions.iter().map(|said| (said.id.as_str(), said.label.as_str())).collect();
    assert_eq!(mentions, [("u-7", "Runa Halvorik"), ("guests", "Guests"), ("u-7", "Runa")]);
    let joined = plain_with_people("<at id=\"0\">Runa</at><at id=\"1\">Halvorik</at>!", person);
    assert_eq!(joined.text, "@Runa Halvorik!");
}

#[test]
fn pictures_emoji_and_marked_people_show_what_they_stand_for() {
    let html = "<emoji id=\"smile\" alt=\"🙂\" title=\"Smile\"></emoji><img class=\"emoji\" alt=\":logo:\"> \
                <img alt=\"graph of p95\" src=\"g.png\"> <img src=\"h.png\"> \
                <span class=\"user-mention\" data-user-id=\"12\">@Teo M</span><attachment id=\"1\"></attachment>";
    let shown = plain(html);
    assert_eq!(shown.text, "🙂:logo: [graph of p95] [image] @Teo M");
    assert_eq!(shown.mentions, [Mention { id: "12".to_owned(), label: "Teo M".to_owned() }]);
}

#[test]
fn scripts_styles_comments_and_hidden_twins_are_left_out() {
    let html = "a<script>if (1 < 2) { '</p>' }</script>b<STYLE>p{}</style>c<!-- <p>no --> d<!DOCTYPE x>\
                <span aria-hidden=\"true\">twin <span>in</span> it</span>e";
    assert_eq!(text(html), "abc de");
}

#[test]
fn what_is_no_tag_stays_text() {
    for html in ["a < b", "1 <2 and 3> 2", "x <", "<", "<p", "a <!-- open", "</", "<3 you"] {
        assert_eq!(text(html), html);
    }
    assert_eq!(text("<a title=\"x > y\" href=\"https://a.example\">l</a>"), "l (https://a.example)");
    assert_eq!(text("<b class=\"open>word</b> more"), "word more");
}

proptest! {
    #[test]
    fn no_page_makes_it_panic(html in "(<|>|/|\"|'|=|&|;|#x|!--|-->| |\n|é|a|at id=1|ul|li|ol|td|tr|pre|p|br|blockquote|script|href=http://x|img){0,60}") {
        plain(&html);
    }

    #[test]
    fn text_without_marks_comes_through(words in "[a-zé]{1,8}( [a-zé]{1,8}){0,6}") {
        prop_assert_eq!(text(&format!("<div><p>{words}</p></div>")), words);
    }
}

#[test]
fn a_page_of_unclosed_marks_is_no_more_work_than_its_length() {
    // Quadratic work on these would take minutes.
    for unit in
        ["<!-- ", "<a \"<a>\"", "<a '", "<", "</", "<ul><li>x", "<blockquote>y", "<script></", "&#", "<at id=1>a "]
    {
        plain(&unit.repeat(100_000));
    }
}
