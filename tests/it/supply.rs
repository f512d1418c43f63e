//! What the program is made of and what it may reach: licences, where crates come from, no network.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use serde_json::Value;

use crate::cli::Bench;
use crate::support::pty::Program;

/// Licences under which a crate may be used; of several joined by OR, one must be here. `.deny.toml`
/// holds the same list.
const LICENCES: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Zlib",
];

/// Crates with a licence of their own that a person has read.
const READ: [(&str, &str); 1] = [("terminfo", "WTFPL")];

/// Crates that talk to a network, or bring one with them.
const NETWORK: [&str; 11] =
    ["async-std", "curl", "hyper", "native-tls", "openssl", "quinn", "reqwest", "rustls", "socket2", "tokio", "ureq"];

/// All packages, whether they are needed by the program or only by tests.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// Whether an expression allows the use: each part joined by AND has one joined by OR that is known.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    expression.split(" AND ").all(|part| {
        let mut any = part.split(" OR ").map(|licence| licence.trim_matches([' ', '(', ')']));
        any.any(|licence| LICENCES.contains(&licence))
    })
}

#[test]
fn every_crate_comes_from_the_registry_under_a_licence_that_is_allowed() {
    let mut broken = Vec::new();
    let packages = packages();
    for package in &packages {
        let (name, licence) = (package["name"].as_str().unwrap(), package["license"].as_str().unwrap_or("none"));
        let source = package["source"].as_str();
        let is_ours = name == env!("CARGO_PKG_NAME");
        if !is_ours && source != Some("registry+https://github.com/rust-lang/crates.io-index") {
            broken.push(format!("{name} comes from {source:?}"));
        }
        if !is_allowed(licence) && !READ.contains(&(name, licence)) {
            broken.push(format!("{name} is licensed {licence}"));
        }
        if NETWORK.contains(&name) {
            broken.push(format!("{name} talks to a network"));
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    println!("{} crates from crates.io, all under a licence of the list", packages.len() - 1);
}

#[test]
fn expressions_of_licences_are_read_with_all_their_parts() {
    for good in ["MIT", "MIT OR GPL-3.0", "Apache-2.0/MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["GPL-3.0", "MIT AND GPL-3.0", "none", "(GPL-2.0 OR GPL-3.0) AND MIT"] {
        assert!(!is_allowed(bad), "{bad}");
    }
}

#[test]
fn both_lists_of_licences_are_one() {
    let rules: toml::Table =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".deny.toml")).unwrap().parse().unwrap();
    let allowed = rules["licenses"]["allow"].as_array().unwrap().iter().map(|licence| licence.as_str().unwrap());
    assert_eq!(allowed.collect::<BTreeSet<_>>(), LICENCES.into_iter().collect());
}

/// Calls that reach another process or machine; a pair of sockets within the program is none.
fn reaching(trace: &str) -> Vec<&str> {
    let call = Regex::new(r"\b(socket|connect|bind|listen|accept4?|sendto|sendmsg|sendmmsg)\(").unwrap();
    let own: Vec<String> = Regex::new(r"socketpair\(AF_UNIX[^\[]*\[(\d+), (\d+)\]")
        .unwrap()
        .captures_iter(trace)
        .flat_map(|pair| [pair[1].to_owned(), pair[2].to_owned()])
        .collect();
    let is_own = |line: &str| {
        own.iter().any(|end| line.contains(&format!("sendto({end},")) || line.contains(&format!("sendmsg({end},")))
    };
    trace.lines().filter(|line| call.is_match(line) && !is_own(line)).collect()
}

/// A tracer that works here.
fn tracer() -> Option<&'static Path> {
    let strace = Path::new("/usr/bin/strace");
    let works =
        Command::new(strace).args(["-e", "trace=network", "true"]).output().is_ok_and(|ran| ran.status.success());
    works.then_some(strace)
}

#[test]
fn the_program_makes_no_call_to_a_network() {
    let Some(strace) = tracer() else {
        println!("no strace that may trace: only the symbols of the binary were looked at");
        return;
    };
    let bench = Bench::new();
    bench.project();
    let trace = bench.path("trace");
    let traced = |args: &[&str]| {
        let program = Program::new(strace, &bench.path("")).env("MEANWHILE_STATE_DIR", bench.path("state"));
        let program = program.arg("-f").arg("-e").arg("trace=network").arg("-o").arg(&trace);
        args.iter().fold(program.arg(env!("CARGO_BIN_EXE_meanwhile")), Program::arg)
    };
    for args in [
        vec!["inspect", "export"],
        vec!["export", "incident.json", "--format", "html", "-o", "report.html"],
        vec!["search", "incident.json", "alias"],
    ] {
        assert_eq!(traced(&args).start().wait_end(), 0, "{args:?}");
        let said = fs::read_to_string(&trace).unwrap();
        assert!(said.contains("exited with 0"), "nothing was traced: {said}");
        assert_eq!(reaching(&said), Vec::<&str>::new(), "{args:?}");
    }
    for (args, shown) in [
        (vec!["incident.json", "--pane", "#sev-search"], "restarted nothing"),
        (vec!["demo", "--dir", "sample"], "[1 Chat]"),
    ] {
        let mut pty = traced(&args).start();
        pty.wait_for(shown);
        pty.press("2");
        pty.wait_for("[2 Timeline]");
        pty.press("Ctrl-c q q");
        pty.wait_end();
        let said = fs::read_to_string(&trace).unwrap();
        assert!(said.contains("exited with"), "nothing was traced: {said}");
        assert_eq!(reaching(&said), Vec::<&str>::new(), "{args:?}");
    }
}

#[test]
fn a_call_to_a_network_would_be_seen() {
    let own = "1 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [5, 6]) = 0\n1 sendto(6, \"x\", 1, 0) = 1\n";
    assert!(reaching(own).is_empty());
    assert_eq!(reaching("1 socket(AF_INET, SOCK_STREAM, 0) = 3").len(), 1);
    assert_eq!(reaching("1 connect(3, {sa_family=AF_INET}) = 0").len(), 1);
}

#[test]
fn the_binary_asks_the_system_for_no_network() {
    let Ok(output) = Command::new("nm").args(["-D", "--undefined-only", env!("CARGO_BIN_EXE_meanwhile")]).output()
    else {
        println!("no nm here: the symbols were not looked at");
        return;
    };
    let symbols = String::from_utf8(output.stdout).unwrap();
    assert!(symbols.contains("read"), "no symbols: {symbols}");
    let names = symbols.lines().filter_map(|line| line.split_whitespace().last()?.split('@').next());
    let network: Vec<&str> = names
        .filter(|name| {
            ["socket", "connect", "bind", "listen", "accept", "accept4", "getaddrinfo", "gethostbyname", "res_query"]
                .contains(name)
        })
        .collect();
    assert_eq!(network, Vec::<&str>::new());
}
