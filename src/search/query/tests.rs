//! What the language reads, what it refuses, and that printing keeps it.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Node {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).root
}

fn term(text: &str) -> Term {
    match read(text) {
        Node::Term(term) => term,
        node => panic!("{text} is no single term: {node:?}"),
    }
}

fn error(text: &str) -> QueryError {
    Query::parse(text).expect_err(text)
}

#[test]
fn each_condition_is_read() {
    let text = str::to_owned;
    for (typed, expected) in [
        ("alias", Term::Word(text("alias"))),
        ("\"read alias\"", Term::Phrase(text("read alias"))),
        ("\"say \\\"no\\\" \\\\ C:\\dir\"", Term::Phrase(text("say \"no\" \\ C:\\dir"))),
        ("re:/time ?out/", Term::Pattern(text("time ?out"))),
        ("re:/a\\/b\\d/", Term::Pattern(text("a/b\\d"))),
        ("re:time ?out|refused  ", Term::Pattern(text("time ?out|refused"))),
        ("~allias", Term::Fuzzy(text("allias"))),
        ("from:teo", Term::From(text("teo"))),
        ("from:\"teo marquand\"", Term::From(text("teo marquand"))),
        ("in:#sev-search", Term::In(text("#sev-search"))),
        ("tag:\"Detection - Weak Signals\"", Term::Tag(text("Detection - Weak Signals"))),
        ("type:join", Term::Type(TypeWord::Message(MessageType::Join))),
        ("type:msg", Term::Type(TypeWord::Message(MessageType::Message))),
        ("type:event", Term::Type(TypeWord::Event)),
        ("has:NOTE", Term::Has(HasWord::Note)),
        ("is:private", Term::Is(IsWord::Private)),
        ("state:asked", Term::State(QuestionState::Asked)),
        ("after:14:00", Term::After(text("14:00"))),
        ("before:\"6 Dec 15:00\"", Term::Before(text("6 Dec 15:00"))),
        ("after:start+20m", Term::After(text("start+20m"))),
    ] {
        assert_eq!(term(typed), expected, "{typed}");
    }
}

#[test]
fn side_by_side_binds_closer_than_or() {
    let word = |text: &str| Node::Term(Term::Word(text.to_owned()));
    assert_eq!(
        read("a b OR c -d"),
        Node::Any(vec![
            Node::All(vec![word("a"), word("b")]),
            Node::All(vec![word("c"), Node::Not(Box::new(word("d")))]),
        ])
    );
    assert_eq!(read("a (b OR c)"), Node::All(vec![word("a"), Node::Any(vec![word("b"), word("c")])]));
    assert_eq!(read("(a b) (c)"), read("a b c"), "groups that change nothing leave no trace");
    assert_eq!(read("-(a b)"), Node::Not(Box::new(Node::All(vec![word("a"), word("b")]))));
}

#[test]
fn what_only_looks_like_syntax_is_text() {
    for text in ["10:42", "http://host/x", "error:", "skip_alias()", "5\"", "a-b", "or", "ORder", "f(x)(y)"] {
        assert_eq!(term(text), Term::Word(text.to_owned()), "{text}");
    }
    for text in [":)", "--force", "->", "f(x", "x)"] {
        assert_eq!(term(text), Term::Phrase(text.to_owned()), "{text}");
    }
    assert_eq!(read("a - b"), read("a \"-\" b"));
    assert_eq!(read("(skip_alias() OR b)"), read("skip_alias() OR b"));
}

#[test]
fn an_empty_query_asks_for_everything() {
    assert!(Query::parse("").unwrap().is_empty());
    assert!(Query::parse("  \t").unwrap().is_empty());
    assert_eq!(Query::default().to_string(), "");
}

#[test]
fn a_missing_closing_quote_or_slash_is_forgiven() {
    assert_eq!(term("\"read al"), Term::Phrase("read al".to_owned()));
    assert_eq!(term("re:/read al"), Term::Pattern("read al".to_owned()));
}

#[test]
fn errors_say_where_and_what_to_write() {
    for (typed, at, word) in [
        ("alias from:", 7, "from:natalie"),
        ("äö type:sentence", 4, "message, reply"),
        ("has:x", 1, "reaction"),
        ("(a OR b", 1, "not closed"),
        ("a () b", 3, "(a OR b)"),
        ("a OR", 3, "both sides"),
        ("OR a", 1, "both sides"),
        ("a OR OR b", 3, "both sides"),
        ("a -", 3, "-is:bot"),
        ("\"\"", 1, "\"words side by side\""),
        ("~", 1, "~allias"),
        ("re:/a(/", 1, "unclosed group"),
        ("after:noonish", 1, "write 10:42"),
        ("author:teo", 1, "from:natalie"),
    ] {
        let error = error(typed);
        assert_eq!(error.at, at, "{typed}: {error}");
        assert!(error.to_string().contains(word), "{typed}: {error}");
    }
}

#[test]
fn an_error_tells_whether_more_may_still_be_typed() {
    assert!(error("alias from:").is_unfinished);
    assert!(error("(a").is_unfinished);
    assert!(!error("from: alias").is_unfinished);
    assert!(!error("type:sentence alias").is_unfinished);
}

#[test]
fn a_pile_of_brackets_is_refused_and_not_followed() {
    let error = error(&"(".repeat(100_000));
    assert!(matches!(error.problem, Problem::TooDeep { .. }), "{error}");
    assert!(Query::parse(&"-(".repeat(100_000)).is_err());
    assert!(Query::parse(&format!("{}a{}", "(".repeat(60), ")".repeat(60))).is_ok());
}

#[test]
fn queries_print_as_they_are_read() {
    for text in [
        "alias read",
        "a b OR c d",
        "a (b OR c)",
        "-(a b) -c",
        "-(-a)",
        "from:\"teo marquand\" in:#sev-search",
        "re:/a\\/b\\\\/",
        "\"a \\\"b\\\"\"",
        "after:\"10 min before this\" type:message",
        "~\"a b\" skip_alias()",
        "-\"OR\"",
    ] {
        assert_eq!(Query::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn parts_can_be_taken_away_and_added() {
    let query = Query::parse("tag:detection from:runa -is:bot").unwrap();
    let parts: Vec<String> = query.parts().iter().map(Query::to_string).collect();
    assert_eq!(parts, ["tag:detection", "from:runa", "-is:bot"]);
    assert_eq!(query.without_part(1).to_string(), "tag:detection -is:bot");
    assert_eq!(query.without_part(0).without_part(0).without_part(0), Query::default());
    let either = Query::parse("a OR b").unwrap();
    assert_eq!(either.parts().len(), 1);
    assert_eq!(either.and(Term::From("teo".to_owned()).into()).to_string(), "(a OR b) from:teo");
}

#[test]
fn turning_a_query_twice_gives_it_back() {
    let query = Query::parse("a b").unwrap();
    assert_eq!(query.clone().inverted().to_string(), "-(a b)");
    assert_eq!(query.clone().inverted().inverted(), query);
    assert!(Query::default().inverted().is_empty());
}

#[test]
fn a_word_is_replaced_wherever_it_must_stand() {
    let query = Query::parse("read alais -alais (alais OR b)").unwrap();
    assert_eq!(query.with_word("alais", "alias").to_string(), "read alias -alais (alias OR b)");
}

#[test]
fn every_fixed_word_of_a_field_is_read_and_printed() {
    for field in FIELDS {
        assert!(Query::parse(field.example).is_ok(), "{}", field.example);
        for value in field.values().into_iter().filter(|value| *value != "msg") {
            let text = format!("{}:{value}", field.name);
            assert_eq!(Query::parse(&text).unwrap().to_string(), text);
        }
    }
}

/// Text made mostly of what means something in the language.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("OR".to_owned()),
        Just("re:".to_owned()),
        Just("from:".to_owned()),
        Just("after:14:00".to_owned()),
        Just("is:bot".to_owned()),
        "[ ()\"\\\\/~:#-]{1,2}",
        "[a-zA-Zäß日]{1,4}",
        "\\PC{0,3}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_typed_panics_and_all_that_is_read_prints_to_itself(text in text()) {
        if let Ok(query) = Query::parse(&text) {
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), Ok(query), "{:?} printed {:?}", text, printed);
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in any::<String>()) {
        if let Ok(query) = Query::parse(&text) {
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn terms_made_by_hand_print_to_themselves(value in "\\PC{1,8}") {
        prop_assume!(!value.trim().is_empty());
        for term in [Term::From(value.clone()), Term::In(value.clone()), Term::Tag(value.clone()), Term::Phrase(value.clone()), Term::Fuzzy(value.clone())] {
            let query = Query::from(term);
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query.clone()), "{}", query);
            let turned = query.inverted();
            prop_assert_eq!(Query::parse(&turned.to_string()), Ok(turned.clone()), "{}", turned);
        }
    }
}
