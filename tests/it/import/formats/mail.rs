//! Mailboxes and single mails; synthetic only.

use insta::assert_snapshot;

use super::{golden, load_file, load_folder};

const MBOX: &str = "\
From mara@kitchen.example Tue Dec  6 10:42:00 2022
From: =?utf-8?q?Mara_Lindstr=C3=B6m?= <mara@kitchen.example>
To: all@kitchen.example
Subject: db-2 is
 full
Date: Tue, 6 Dec 2022 10:42:00 +0100
Message-ID: <1@kitchen.example>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The disk of db-2 is full since 10:30=2C see=
 https://status.example/db-2
>From here on we watch it.

From oskar@kitchen.example Tue Dec  6 10:50:00 2022
From: oskar@kitchen.example (Oskar)
Date: Tue, 6 Dec 2022 09:50:00 GMT
Subject: =?iso-8859-1?Q?Re:_db-2_is_full,_caf=E9?=
Message-ID: <2@kitchen.example>
In-Reply-To: <1@kitchen.example>
References: <1@kitchen.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=\"outer\"

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain

on it
--inner
Content-Type: text/html

<p>on <b>it</b></p>
--inner--
--outer
Content-Type: image/png; name=\"graph.png\"
Content-Transfer-Encoding: base64

aGVsbG8=
--outer--

From runa@kitchen.example Tue Dec  6 11:00:00 2022
From: runa@kitchen.example
Date: no date at all
Subject: html only
Message-ID: <3@kitchen.example>
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+ZGItMiBpcyA8Yj5iYWNrPC9iPjwvcD4=

";

const EML: &str = "From: Mara <mara@kitchen.example>\r\nTo: all@kitchen.example\r\nSubject: closed\r\n\
Date: Tue, 6 Dec 2022 12:00:00 +0000\r\nMessage-ID: <4@kitchen.example>\r\n\r\ndb-2 has room again.\r\n";

/// What the fuzzing of all formats begins with.
pub const FIXTURES: &[(&str, &[u8])] = &[("status.mbox", MBOX.as_bytes()), ("closed.eml", EML.as_bytes())];

#[test]
fn a_mailbox_is_read_with_its_threads_and_letters() {
    let said: Vec<String> = FIXTURES.iter().map(|(name, content)| golden(&load_file(name, content))).collect();
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn single_mails_of_a_folder_are_one_channel() {
    let loaded =
        load_folder(&[("status/a.eml", EML.as_bytes()), ("status/b.eml", EML.replace("<4@", "<5@").as_bytes())]);
    assert_eq!((loaded.archive.channel_count(), loaded.report.sources[0].totals.messages), (1, 2));
}
