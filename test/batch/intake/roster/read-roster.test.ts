import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRoster } from "../../../../grader/batch/intake/roster/read-roster.ts";
import { spoiledAs, spoiledFrom } from "../../../../grader/batch/intake/roster/spoiled.ts";
import { makeSources } from "../fixture.ts";

function read(content: string | Buffer, idColumn?: string) {
  const folder = makeSources({ "roster.csv": content });
  const { lines, problems, remarks } = readRoster(join(folder, "roster.csv"), { needsPath: false, idColumn });
  const short = (text: string) => text.replaceAll(`${folder}/`, "");
  return { lines, problems: problems.map(short), remarks: remarks.map(short) };
}

const who = (content: string | Buffer, idColumn?: string) => {
  const { lines, problems } = read(content, idColumn);
  expect(problems).toEqual([]);
  return lines.map(({ id, name, email }) => [id, name, email]);
};

const ANA = [["ana", "Änne Dummy", "ana@uni.example"]];
const TEXT = "id,name,email\nana,Änne Dummy,ana@uni.example\n";
const wide = (text: string) => Buffer.from(text, "utf16le");
const swapped = (text: string) => wide(text).swap16();

describe("a roster is read in whatever a spreadsheet writes", () => {
  it.each<[string, string | Buffer]>([
    ["UTF-8", TEXT],
    ["UTF-8 with its mark", `\ufeff${TEXT}`],
    ["Windows-1252", Buffer.from(TEXT, "latin1")],
    ["UTF-16 with its mark", wide(`\ufeff${TEXT}`)],
    ["UTF-16 in the other order", swapped(`\ufeff${TEXT}`)],
    ["UTF-16 without a mark", wide(TEXT)],
    ["UTF-16 in the other order without a mark", swapped(TEXT)],
    ["Excel's Unicode text, which has tabs", wide(`\ufeff${TEXT.replaceAll(",", "\t")}`)],
    ["sep=; before the header", `sep=;\n${TEXT.replaceAll(",", ";")}`],
    ["sep with another mark", `sep=|\r\n${TEXT.replaceAll(",", "|")}`],
    [
      "sep in quotes, behind a mark, in Windows' line ends",
      `\ufeff"sep=;"\r\n${TEXT.replaceAll(",", ";").replaceAll("\n", "\r\n")}`,
    ],
    ["sep that a spreadsheet filled up, and tabs", `SEP=\t\t\t\n${TEXT.replaceAll(",", "\t")}`],
    ["an old Mac's line ends", TEXT.replaceAll("\n", "\r")],
    ["empty lines before the header and among the students", `\n\n${TEXT}\n,,\n`],
    [
      "cells that nothing is in at the ends of lines",
      TEXT.replace("email\n", "email\n").replace("example\n", "example,,\n"),
    ],
    ["blanks around cells", TEXT.replaceAll(",", " , ")],
  ])("%s", (_, content) => expect(who(content)).toEqual(ANA));

  it("Windows-1252 with all its letters, of which Latin-1 has control characters in the place", () => {
    const letters = Buffer.from([0x8a, 0x92, 0x9e, 0x80, 0x9f]);
    const csv = Buffer.concat([Buffer.from("id,name\nana,"), letters, Buffer.from("\n")]);
    expect(who(csv)).toEqual([["ana", "Š’ž€Ÿ", null]]);
  });

  it("tells where it guessed, and counts lines as an editor does", () => {
    expect(read(Buffer.from(TEXT, "latin1")).remarks).toEqual([
      "roster.csv: is no UTF-8, and was read as Windows-1252; where names look wrong, save it as CSV UTF-8",
    ]);
    expect(read(`sep=;\n${TEXT.replaceAll(",", ";")}ana;B;\n`).problems).toEqual([
      "roster.csv:4: the id ana is in line 3 already",
    ]);
  });

  it.each<[string, Buffer, RegExp]>([
    [
      "a workbook",
      Buffer.from("PK\x03\x04xl/workbook.xml"),
      /^roster\.csv: is a workbook or another zip file; save it as CSV UTF-8$/,
    ],
    ["an old workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), /is an old Excel workbook/],
    [
      "half of a letter",
      Buffer.concat([wide(`\ufeff${TEXT}`), Buffer.from([65])]),
      /is UTF-16 with an end in the middle/,
    ],
    ["no text", Buffer.from("id,name\na\0b,c\n"), /is no text/],
  ])("%s is refused with what it is", (_, content, problem) => {
    expect(read(content).problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe("a roster is read as platforms export it", () => {
  // Columns as in Canvas' guide "How do I export grades in the Gradebook" and lib/gradebook_importer.rb.
  it("Canvas' gradebook, without its lines about columns", () => {
    const csv = [
      "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (4710),Lab 2 (4711),Current Score",
      ",,,,,Manual Posting,,",
      "    Points Possible,,,,,100.0,100.0,(read only)",
      '"Dummy, Änne",111001,900001,adummy,L01,90,,',
      '"Sample, Ben",111002,900002,bsample,"L01 and L02",,,',
    ].join("\n");
    const { lines, problems } = read(csv);
    expect(problems).toEqual([]);
    expect(lines.map(({ id, name, aliases }) => [id, name, aliases])).toEqual([
      ["111001", "Dummy, Änne", ["900001", "adummy"]],
      ["111002", "Sample, Ben", ["900002", "bsample"]],
    ]);
    expect(lines[0]?.columns).toMatchObject({ section: "L01", "lab 1 (4710)": "90" });
  });

  // Moodle: participants downloaded as CSV; mod/assign/gradingtable.php for the worksheet.
  it.each<[string, string, (string | null)[]]>([
    [
      "participants",
      "First name,Last name,ID number,Email address,Groups\nÄnne,Dummy,900001,a@x,G\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "participants with another word",
      "Surname;First name;ID number;Email address\nDummy;Änne;900001;a@x\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "participants in German",
      "Vorname;Nachname;ID-Nummer;E-Mail-Adresse\nÄnne;Dummy;900001;a@x\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "participants without numbers",
      "First name,Last name,ID number,Email address\nÄnne,Dummy,,a@x\n",
      ["a@x", "Änne Dummy", "a@x"],
    ],
    [
      "grading worksheet",
      "Identifier,Full name,Email address,Status,Grade\nParticipant 42,Änne Dummy,a@x,Submitted,\n",
      ["Participant 42", "Änne Dummy", "a@x"],
    ],
    // Gradescope: "Managing Your Roster" and the CSV of an assignment's grades.
    [
      "Gradescope's roster",
      "First Name,Last Name,Email,SID,Role,Sections\nÄnne,Dummy,a@x,900001,Student,L1\nTa,Ta,t@x,,TA,\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "Gradescope's grades",
      "First Name,Last Name,SID,Email,Sections,Lab 2,Lab 2 - Max Points\nÄnne,Dummy,900001,a@x,L1,,10\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "Brightspace's grades",
      "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n900001,adummy,Dummy,Änne,a@x,#\n",
      ["900001", "Änne Dummy", "a@x"],
    ],
    [
      "GitHub Classroom's roster",
      '"identifier","github_username","github_id","name"\n"a@x","wizz","1","Änne Dummy"\n',
      ["a@x", "Änne Dummy", null],
    ],
    ["a list of addresses", "E-mail\na@x\n", ["a@x", null, "a@x"]],
  ])("%s", (_, csv, one) => expect(who(csv)).toEqual([one]));

  it("Canvas' gradebook with names in two columns, and whatever language its line of points is in", () => {
    const header = "LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Lab (1)";
    const csv = `${header}\n    Points Possible,,,,,,100\n,,,,,,Manual Posting (hidden)\nDummy,Änne,7,s7,l7,L1,\n`;
    expect(who(csv)).toEqual([["7", "Änne Dummy", null]]);
    expect(read("Student,ID,Section,Lab (1)\nNobody at all,,,\n").problems).toEqual(["roster.csv:2: has no id"]);
    expect(read("id,name\n,Points Possible\n").problems).toEqual(["roster.csv:2: has no id"]);
  });

  it.each([
    ["French", "Prénom;Nom de famille;Numéro d’identification;Adresse de courriel"],
    ["Spanish", "Nombre;Apellido(s);Número de ID;Dirección de correo"],
    ["Italian", "Nome;Cognome;Codice identificativo;Indirizzo email"],
  ])("Moodle's participants in %s", (_, header) => {
    expect(who(`${header}\nÄnne;Dummy;900001;a@x\n`)).toEqual([["900001", "Änne Dummy", "a@x"]]);
  });

  it("by the column that staff names, whatever its capitals and dashes", () => {
    const csv = "Full name,Email,Folder-Name\nÄnne Dummy,a@x,team_7\n";
    expect(who(csv, "folder name")).toEqual([["team_7", "Änne Dummy", "a@x"]]);
    expect(read(csv, "Foldr").problems).toEqual([
      "roster.csv:1: has no column Foldr in its header; it has full name, email, folder-name; name the one that has the ids with --id-column",
    ]);
    expect(read("a,b\n1,2\n").problems).toEqual([
      expect.stringMatching(/has no column id .* it has a, b; name the one .* --id-column$/),
    ]);
  });

  it("without those who are staff by their role, and says so", () => {
    expect(read("name,email,role\nA,a@x,Student\nT,t@x,Instructor\n").remarks).toEqual([
      "roster.csv: 1 lines are of staff, by their role, and were left out",
    ]);
  });
});

describe("an id that a spreadsheet spoiled is noticed", () => {
  it.each([
    "1.23457E+11",
    "1,23457E+11",
    "1E+05",
    "900001.0",
    "2-Dec",
    "02-Mar-2026",
    "Mar-05",
    "123456789012345000",
    "#####",
    "#NAME?",
    "#N/A",
  ])("%s", (id) => {
    expect(spoiledAs(id)).not.toBeNull();
    expect(read(`id;name\n${id};A\n`).remarks).toEqual([
      expect.stringMatching(
        /^warning: roster\.csv:2: the id .* looks like .*; take the roster anew .* format that column as text/,
      ),
    ]);
  });

  it.each(["900001", "00123", "a1", "e12", "mar-lene", "12e", "2-decker", "123456789012", "100000", "1E", "#1"])(
    "%s is none",
    (id) => expect(spoiledAs(id)).toBeNull(),
  );

  it("says so where all students have the same one", () => {
    expect(read("id,name\n1.23457E+11,A\n1.23457E+11,B\n").problems).toEqual([
      expect.stringMatching(/^roster\.csv:3: the id 1\.23457E\+11 is in line 2 already, and looks like a long number/),
    ]);
  });

  it.each([
    ["123", "00123", true],
    ["123", "0123", true],
    ["124", "00123", false],
    ["123", "123", false],
    ["1.23457E+11", "123456789012", true],
    ["1,23457E+11", "123456789012", true],
    ["1.23457E+11", "123476789012", false],
    ["900001.0", "900001", true],
    ["123456789012345000", "123456789012345012", true],
    ["1.23457E+11", "ana", false],
  ])("%s of %s: %s", (id, original, isSo) => expect(spoiledFrom(id, original) !== null).toBe(isSo));
});
