import { type Case, OK, raft } from "./case.ts";

const two = { "900001/raft.ts": raft("a"), "900002/raft.ts": raft("b") };
const utf16be = (text: string) => Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(text, "utf16le").swap16()]);

/** A roster beside two submissions that are called by their students' ids. */
function roster(what: string, text: string | Buffer, want: Case["want"], told: readonly RegExp[] = []): Case {
  return { what, files: { ...two, "../roster.csv": text }, options: { roster: "roster.csv" }, want, told };
}

const BOTH = { "900001": OK, "900002": OK };

export const ROSTERS: readonly Case[] = [
  roster(
    "of Brightspace, whose ids have a mark before them",
    "OrgDefinedId,Username,Last Name,First Name,Lab 2 Points Grade <Numeric MaxPoints:100>,End-of-Line Indicator\n#900001,#ana,Dummy,Ana,,#\n#900002,#ben,Test,Ben,,#\n",
    BOTH,
  ),
  roster(
    "of Blackboard",
    '"Last Name","First Name","Username","Student ID","Lab 2 [Total Pts: 100 Score] |4711"\n"Dummy","Ana","ana","900001",""\n"Test","Ben","ben","900002",""\n',
    BOTH,
  ),
  roster(
    "of Blackboard, as it comes: tabs, and UTF-16",
    Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(
        '"Last Name"\t"First Name"\t"Username"\t"Student ID"\n"Dummy"\t"Ana"\t"ana"\t"900001"\n"Test"\t"Ben"\t"ben"\t"900002"\n',
        "utf16le",
      ),
    ]),
    BOTH,
  ),
  roster("of UTF-16 the other way round", utf16be("id,name\n900001,Ana\n900002,Ben\n"), BOTH),
  roster(
    "of Moodle in German, with semicolons",
    "Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nAna;Dummy;900001;a@x\nBen;Test;900002;b@x\n",
    BOTH,
  ),
  roster(
    "of Moodle in French",
    "Prénom,Nom de famille,Numéro d’identification,Adresse de courriel\nAna,Dummy,900001,a@x\nBen,Test,900002,b@x\n",
    BOTH,
  ),
  roster(
    "of Gradescope, with staff in it",
    "First Name,Last Name,SID,Email,Role\nAna,Dummy,900001,a@x,Student\nBen,Test,900002,b@x,Student\nTea,Cher,1,t@x,Instructor\n",
    BOTH,
    [/1 lines? (is|are) of staff|of staff/],
  ),
  roster("in Windows-1252", Buffer.from("id,name\n900001,Änne\n900002,Ben\n", "latin1"), BOTH, [/windows-1252/i]),
  roster("with empty lines, empty columns, and blanks", "id , name,,\n\n900001, Ana,,\n900002,Ben,,\n,,,\n\n", BOTH),
  roster("with line ends of an old Mac", "id,name\r900001,Ana\r900002,Ben\r", BOTH),
  roster(
    "with names over two lines, quotes and formulas",
    'id,name\n900001,"Ana ""the\nfirst"""\n900002,"=HYPERLINK(""x"")"\n',
    BOTH,
  ),
  roster("whose ids lost their zeros", "id,name\n1,Ana\n2,Ben\n", /only 0 of 2 submissions/),
  roster("whose ids became floating-point numbers", "id,name\n900001.0,Ana\n900002.0,Ben\n", /900001\.0|only 0 of 2/),
  roster("of another course", "id,name\n800001,Xi\n800002,Yo\n", /only 0 of 2 submissions find a line/),
  roster("with somebody twice", "id,name\n900001,Ana\n900001,Ana\n900002,Ben\n", /900001 is in line 2 already/),
  roster(
    "that is a page of a platform that wants a password",
    "<!DOCTYPE html>\n<html><head><title>Log in</title></head></html>\n",
    /roster\.csv/,
  ),
  roster(
    "that is a spreadsheet, not a CSV",
    Buffer.from("PK\u0003\u0004\u0014\u0000\u0006\u0000xl/workbook.xml", "latin1"),
    /roster\.csv.*(spreadsheet|CSV|zip|xlsx)/i,
  ),
  roster("with somebody who handed nothing in", "id,name\n900001,Ana\n900002,Ben\n900003,Cy\n", {
    ...BOTH,
    "900003": /nothing was handed in|handed/,
  }),
  roster("without a header", "900001,Ana\n900002,Ben\n", /roster\.csv.*(header|column)/),
  roster("whose ids are kept as texts by formulas", 'id,name\n"=""900001""",Ana\n"=""900002""",Ben\n', BOTH),
  roster("whose ids are kept as texts by formulas without quotes", 'id;name\n="900001";Ana\n="900002";="Ben"\n', BOTH),
  roster(
    "with a title above its header",
    "Course CS 6.824\nof 2026-03-01\nid;name\n900001;Ana\n900002;Ben\n",
    /has its header in line 3; delete what/,
  ),
  roster(
    "with a title in cells above its header",
    "CS 6.824,,\nid,name,email\n900001,Ana,a@x\n900002,Ben,b@x\n",
    /has its header in line 2/,
  ),
  roster(
    "that is a table saved as a page",
    "<table><tr><td>id</td></tr></table>",
    /is a web page, or a table that was saved as one/,
  ),
  roster(
    "of Canvas, with its test student in it",
    'Student,ID,SIS User ID,SIS Login ID,Section\n"Dummy, Ana",900001,s1,ana,L1\n"Test, Ben",900002,s2,ben,L1\n"Student, Test",900009,,f3a9,L1\n',
    BOTH,
    [/roster\.csv:4: is Canvas' test student/],
  ),
  roster(
    "of Canvas without the office's ids, with its test student in it",
    'Student,ID,Section,Lab 2 (4711)\n    Points Possible,,,100\n"Dummy, Ana",900001,L1,\n"Test, Ben",900002,L1,\n"Student, Test",9,L1,\n',
    BOTH,
    [/roster\.csv:5: is Canvas' test student/],
  ),
  roster("with nobody in it", "id,name\n", /has no line below its header/),
  roster("by addresses alone", "name,email\nAna,900001@uni.example\nBen,900002@uni.example\n", BOTH),
  roster("with ends of lines of all kinds", "id,name\r\n900001,Ana\n900002,Ben\r", BOTH),
  roster(
    "with line ends in the header's cells",
    '\ufeff"id";"Full\nname"\r\n900001;"Dummy, Ana"\r\n900002;Ben\r\n',
    BOTH,
  ),
  roster("whose ids were made texts by an apostrophe", "id,name\n'900001,Ana\n'900002,Ben\n", BOTH),
  roster("copied from a page", "id,name\n\u00a0900001\u200b,Ana\n\u202a900002\u202c,\u200eBen\n", BOTH),
  roster("with bars, in capitals", "STUDENT_ID|NAME\n900001|Ana\n900002|Ben\n", BOTH),
  ...["Matrikel-Nr.", "Matr.-Nr.", "mtknr", "Student No.", "University ID", "UID", "Nom d’utilisateur"].map((header) =>
    roster(`whose ids are called ${header}`, `${header},Name\n900001,Ana\n900002,Ben\n`, BOTH),
  ),
  ...[
    ["commas", '"900,001"', '"900,002"'],
    ["points", "900.001", "900.002"],
    ["blanks", "900 001", "900\u202f002"],
    ["apostrophes", "900'001", "900\u2019002"],
  ].map(([marks, ana, ben]) =>
    roster(
      `whose ids have ${marks} between their thousands`,
      `id,name\n${ana},Ana\n${ben},Ben\n`,
      /only 0 of 2(.|\n)*submission 900001, with marks between its thousands/,
    ),
  ),
  roster(
    "whose ids became days in numbers",
    "id,name\n3/2/2026,Ana\n02.03.2026,Ben\n900001,C\n900002,D\n2026-03-02,E\n",
    { ...BOTH, "3_2_2026-7c9e47141486": /handed/, "02.03.2026": /handed/, "2026-03-02": /handed/ },
    [/:2: the id 3\/2\/2026 looks like a day/, /:3: the id 02\.03\.2026 looks like a day/, /:6: the id 2026-03-02/],
  ),
  roster("with nicknames in quotes, not doubled", 'id,name\n900001,Ana "A" Dummy\n900002,Ben\n', BOTH),
  roster(
    "with a quote that never closes",
    'id,name\n900001,Ana\n900002,"Ben\n900003,Cy\n',
    /roster\.csv:3: has a quote that opens in this line, or below, and never closes/,
  ),
  roster(
    "with quotes that would make one line of two",
    'id,name\n900001,"Ana\n900002,"Ben"\n',
    /roster\.csv:\d: is no proper CSV.*written twice/,
  ),
  roster(
    "with a nickname in quotes, and a quote that would join lines",
    'id,name\n900001,Ana "A"\n900002,"Ben\n900003,"Cy" x\n',
    /roster\.csv:\d: is no proper CSV.*written twice/,
  ),
  roster(
    "with fewer and more cells than its header has",
    "id,name,email\n900001,Dummy, Ana,a@x\n900002,Ben\n",
    /:2: has 4 columns(.|\n)*:3: has 2 columns/,
  ),
  roster(
    "by addresses with names before them",
    "name,email\nAna,Ana D <900001@uni.example>\nBen,<900002@uni.example>\n",
    BOTH,
  ),
  roster("that is empty but for its mark", "\ufeff", /is empty/),
  roster("half of which is of others", "id,name\n900001,Ana\n800002,Xi\n", { ...BOTH, "800002": /handed/ }, [
    /roster\.csv has no line for it/,
  ]),
  {
    what: "a roster of groups, by the column that staff names",
    files: {
      "../roster.csv": 'id,name,groups\n1,Ana,g1\n2,Ben,G1\n3,Cy,"Tutorial 5, g2"\n4,Dee,\n5,Eve,g3\n',
      "g1/raft.ts": raft("a"),
      "g2/raft.ts": raft("b"),
    },
    options: { roster: "roster.csv", idColumn: "Groups" },
    want: { g1: OK, g2: OK, "4": /handed/, "5": /handed/ },
  },
  {
    what: "a roster of groups, of a Moodle download",
    files: {
      "../roster.csv": "ID number,First name,Last name,Groups\n1,Ana,A,Gruppe A\n2,Ben,B,Gruppe A\n3,Cy,C,Gruppe B\n",
      "Gruppe A_55_assignsubmission_file_/raft.ts": raft("a"),
      "Gruppe B_56_assignsubmission_file_/raft.ts": raft("b"),
    },
    options: { roster: "roster.csv", idColumn: "groups" },
    want: { Gruppe_A_55: OK, Gruppe_B_56: OK },
  },
  {
    what: "a roster of groups whose students nothing tells apart",
    files: {
      "../roster.csv": "team,name\ng1,Ana\ng1,Ben\n",
      "g1/raft.ts": raft("a"),
      "g2/raft.ts": raft("b"),
    },
    options: { roster: "roster.csv", idColumn: "team" },
    want: /the id g1 is in line 2 already; where it names groups, a column must name each student/,
  },
  roster("that was made of two, with a header each", "id,name\n900001,Ana\nid,name\n900002,Ben\n", BOTH, [
    /roster\.csv:3: looks like a header once more/,
  ]),
  roster("with two lines of header", "Student ID,Name\n(number),(text)\n900001,Ana\n900002,Ben\n", BOTH, [
    /roster\.csv:2: looks like a header once more/,
  ]),
  roster(
    "with lines about all at its end, and somebody called like one",
    "id,name,points\n900001,Ana,5\n900002,Ben,6\nmean,Sum Total,\n,Average,5.5\nTotal: 3 students,,\n",
    { ...BOTH, mean: /handed/ },
    [/:5: looks like a line about all \(Average\)/, /:6: looks like a line about all/],
  ),
  roster(
    "of Blackboard, with the user of a preview",
    "Last Name,First Name,Username,Student ID\nD,Ana,ana,900001\nT,Ben,ben,900002\nX,Y,prof_previewuser,prof_previewuser\n",
    BOTH,
    [/:4: is the user of Blackboard's student preview/],
  ),
  roster(
    "of Canvas' list of people, with those who only look on",
    "Name,Login ID,SIS ID,Role\nAna,ana,900001,Student\nBen,ben,900002,Student\nO,o,3,Observer\nD,d,4,Designer\n",
    BOTH,
    [/2 lines are of staff/],
  ),
  // Names of columns in the language packs of moodle/moodle.
  ...[
    ["Dutch", "Voornaam,Achternaam,ID-nummer,E-mailadres"],
    ["Portuguese", "Nome,Apelido,Número de identificação,Endereço de e-mail"],
    ["Polish", "Imię,Nazwisko,Numer ID,Adres e-mail"],
    ["Finnish", "Etunimi,Sukunimi,ID-numero,Sähköpostiosoite"],
    ["Czech", "Křestní jméno,Příjmení,Identifikační číslo,E-mailová adresa"],
    ["Turkish", "Adı,Soyadı,Kimlik numarası,E-posta adresi"],
    ["Hungarian", "Keresztnév,Vezetéknév,Azonosító szám,E-mail cím"],
    ["Russian", "Имя,Фамилия,Индивидуальный номер,Адрес электронной почты"],
    ["Japanese", "名,姓,IDナンバー,メールアドレス"],
    ["Chinese", "名,姓氏,学号,电子邮件地址"],
    ["Korean", "이름,성,학번,이메일"],
  ].map(([language, header]) =>
    roster(`of Moodle in ${language}`, `${header}\nAna,Dummy,900001,a@x\nBen,Test,900002,b@x\n`, BOTH),
  ),
  {
    what: "the grades of GitHub Classroom, by accounts",
    files: {
      "../roster.csv":
        "assignment_name,github_username,roster_identifier,student_repository_name\nlab2,anagit,ana@x,lab2-anagit\nlab2,bengit,ben@x,lab2-bengit\n",
      "lab2-anagit/raft.ts": raft("a"),
      "lab2-bengit/raft.ts": raft("b"),
    },
    options: { roster: "roster.csv" },
    want: { "lab2-anagit": OK, "lab2-bengit": OK },
  },
  {
    what: "accounts of repositories that were downloaded as archives, which have the branch behind them",
    files: {
      "../roster.csv": "identifier,github_username,github_id,name\n1,ana,1,Ana\n2,b-en,2,Ben\n3,main,3,Cy\n",
      "lab2-ana-main/raft.ts": raft("a"),
      "lab2-b-en-master/raft.ts": raft("b"),
      "lab2-main/raft.ts": raft("c"),
    },
    options: { roster: "roster.csv" },
    want: { "lab2-ana-main": OK, "lab2-b-en-master": OK, "lab2-main": OK },
    told: [/roster\.csv:4 was taken for it by the GitHub account/],
  },
  {
    what: "the grades of GitHub Classroom, of teams",
    files: {
      "../roster.csv":
        "assignment_name,github_username,roster_identifier,student_repository_name,group_name\nlab2,anagit,ana@x,lab2-t1,t1\nlab2,bengit,ben@x,lab2-t1,t1\nlab2,cygit,cy@x,lab2-t2,t2\n",
      "lab2-t1/raft.ts": raft("a"),
      "lab2-t2/raft.ts": raft("b"),
    },
    options: { roster: "roster.csv" },
    want: { "lab2-t1": OK, "lab2-t2": OK },
  },
];
