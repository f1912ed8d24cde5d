import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joinRoster } from "../../../../grader/batch/intake/roster/join-roster.ts";
import type { Found } from "../../../../grader/batch/intake/sources/found.ts";
import { makeSources, optionsIn } from "../fixture.ts";

const folder = (rawId: string, more: Partial<Found> = {}): Found => ({
  rawId,
  name: rawId,
  origin: rawId,
  material: { kind: "path", path: `/nowhere/${rawId}` },
  ...more,
});
const canvas = (who: string, user: string) =>
  folder(`${who}_${user}`, { name: who, members: [{ name: who, studentId: user }] });

function joined(found: readonly Found[], csv: string, more: Parameters<typeof optionsIn>[1] = {}) {
  const place = makeSources({ "roster.csv": csv });
  const result = joinRoster(found, join(place, "roster.csv"), optionsIn(place, more));
  const short = (text: string) => text.replaceAll(`${place}/`, "");
  return {
    problems: result.problems.map(short),
    remarks: result.remarks.map(short),
    found: result.found.map((one) => ({ ...one, notes: (one.notes ?? []).map(short) })),
  };
}

/** Id, name, and those who handed it in, of each submission; its line's number where it has one. */
const people = (found: readonly Found[], csv: string, more: Parameters<typeof optionsIn>[1] = {}) => {
  const { found: all, problems } = joined(found, csv, more);
  expect(problems).toEqual([]);
  return all.map(({ rawId, name, members = [], material }) => [
    rawId,
    name,
    members.map(({ email, studentId }) => `${studentId ?? ""} ${email ?? ""}`.trim()).join(" & "),
    ...(material.kind === "not-handed-in" ? ["not handed in"] : []),
  ]);
};

describe("whoever handed something in is found in the roster", () => {
  it.each<[string, readonly Found[], string, readonly (readonly string[])[]]>([
    [
      "by Canvas' id, with the name as the roster writes it",
      [canvas("kimlee", "111001")],
      'id,name,email,section\n111001,"Kim, Lee",kim@x,L1\n111003,"Poe, Ann",poe@x,L1\n',
      [
        ["kimlee_111001", "Kim, Lee", "111001 kim@x"],
        ["111003", "Poe, Ann", "111003 poe@x", "not handed in"],
      ],
    ],
    [
      "by another id of the roster",
      [folder("adummy")],
      "Student,ID,SIS Login ID\nA,7,adummy\n",
      [["adummy", "A", "7"]],
    ],
    ["without regard to capitals", [folder("ADummy")], "id,name\nadummy,A\n", [["ADummy", "A", "adummy"]]],
    [
      "by its address",
      [folder("a@X.example")],
      "Name,E-Mail\nA,A@x.example\n",
      [["a@X.example", "A", "A@x.example A@x.example"]],
    ],
    [
      "by the beginning of its address, which is a login",
      [folder("ana"), folder("ben")],
      "First name,Last name,ID number,Email address\nÄnne,Dummy,1,ana@x\nBen,Sample,2,ben@x\n",
      [
        ["ana", "Änne Dummy", "1 ana@x"],
        ["ben", "Ben Sample", "2 ben@x"],
      ],
    ],
    [
      "by the name, with accents and in either order",
      [folder("x1", { name: "Dummy Anne", members: [{ name: "Dummy Anne" }] }), canvas("samplebenjamin", "5")],
      'Student,ID\n"Änne Dummy",1\n"Sample, Benjamin",2\n',
      [
        ["x1", "Änne Dummy", "1"],
        ["samplebenjamin_5", "Sample, Benjamin", "5"],
      ],
    ],
    [
      "by the GitHub account behind the assignment's name, though both have dashes",
      [folder("lab-2-in-src"), folder("lab-2-src"), folder("lab-2-Wizz")],
      '"identifier","github_username","github_id","name"\n"a@x","wizz","1","Ana"\n"b@x","in-src","2","Ben"\n"c@x","src","3","Cy"\n',
      [
        ["lab-2-in-src", "Ben", "b@x"],
        ["lab-2-src", "Cy", "c@x"],
        ["lab-2-Wizz", "Ana", "a@x"],
      ],
    ],
    [
      "by the account behind what most repositories begin with, though another account would be longer",
      [folder("lab-in-src"), folder("lab-in-ana"), folder("lab-in-ben")],
      "identifier,github_username\n1,src\n2,in-src\n3,ana\n4,ben\n",
      [
        ["lab-in-src", "1", "1"],
        ["lab-in-ana", "3", "3"],
        ["lab-in-ben", "4", "4"],
        ["2", "2", "2", "not handed in"],
      ],
    ],
    [
      "by the GitHub account before the assignment's name, also where the branch is behind it",
      [folder("ana-lab-2-main"), folder("b-en-lab-2"), folder("cy-lab-2")],
      "identifier,github_username\na@x,Ana\nb@x,b-en\nc@x,cy\nd@x,lab-2\n",
      [
        ["ana-lab-2-main", "a@x", "a@x"],
        ["b-en-lab-2", "b@x", "b@x"],
        ["cy-lab-2", "c@x", "c@x"],
        ["d@x", "d@x", "d@x", "not handed in"],
      ],
    ],
    ...(
      [
        ["before it", "lab2_900001", "lab2_900002"],
        ["behind it", "900001-lab2", "900002-lab2"],
        ["its name before it", "Dummy, Ana (900001)", "Test Ben 900002"],
      ] as const
    ).map(([what, ana, ben]): [string, readonly Found[], string, readonly (readonly string[])[]] => [
      `by the long number that stands in a name with ${what}`,
      [folder(ana), folder(ben)],
      "id,name\n900001,Ana\n900002,Ben\n",
      [
        [ana, "Ana", "900001"],
        [ben, "Ben", "900002"],
      ],
    ]),
    [
      "by the number in the name that a platform shows",
      [
        folder("x_1", { name: "Ana (900001)", members: [{ name: "Ana (900001)", studentId: "1" }] }),
        folder("y_2", { name: "Ben (900002)", members: [{ name: "Ben (900002)", studentId: "2" }] }),
      ],
      "id,name\n900001,Dummy\n900002,Test\n",
      [
        ["x_1", "Dummy", "1"],
        ["y_2", "Test", "2"],
      ],
    ],
    [
      "by a login or a name beside what most have in common",
      [folder("Ana Dummy - lab2"), folder("ben - lab2"), folder("Cy X - lab2")],
      "login,name\nad1,Ana Dummy\nben,Test\ncx,Cy X\n",
      [
        ["Ana Dummy - lab2", "Ana Dummy", "ad1"],
        ["ben - lab2", "Test", "ben"],
        ["Cy X - lab2", "Cy X", "cx"],
      ],
    ],
    ...(
      [
        ["by their ids", "900001_900002", "900003_900004"],
        ["by their logins, the lab's name before them", "lab2-ana-ben", "lab2-cy-dan"],
        ["by their logins, the lab's name behind them", "ana+ben-lab2", "cy+dan-lab2"],
        ["by their addresses", "ana@x.edu,ben@x.edu", "cy@x.edu, dan@x.edu"],
      ] as const
    ).map(([what, one, other]): [string, readonly Found[], string, readonly (readonly string[])[]] => [
      `each of a group that is called by all of them, ${what}`,
      [folder(one), folder(other)],
      "id,login,email\n900001,ana,ana@x.edu\n900002,ben,ben@x.edu\n900003,cy,cy@x.edu\n900004,dan,dan@x.edu\n",
      [
        [one, one, "900001 ana@x.edu & 900002 ben@x.edu"],
        [other, other, "900003 cy@x.edu & 900004 dan@x.edu"],
      ],
    ]),
    [
      "each of a group that is called by the names of all of them",
      [folder("Ana Dummy & Test, Ben"), folder("Cy X und Dan Y"), folder("Eve & Nobody")],
      "id,name\n1,Ana Dummy\n2,Ben Test\n3,Cy X\n4,Dan Y\n",
      [
        ["Ana Dummy & Test, Ben", "Ana Dummy & Test, Ben", "1 & 2"],
        ["Cy X und Dan Y", "Cy X und Dan Y", "3 & 4"],
        ["Eve & Nobody", "Eve & Nobody", ""],
      ],
    ],
    [
      "by the number of Moodle's worksheet",
      [folder("Änne Dummy_42", { name: "Änne Dummy", members: [{ name: "Änne Dummy", studentId: "42" }] })],
      "Identifier,Full name,Email address\nParticipant 42,Anne D.,a@x\nParticipant 43,Ben,b@x\n",
      [
        ["Änne Dummy_42", "Anne D.", "42 a@x"],
        ["Participant 43", "Ben", "Participant 43 b@x", "not handed in"],
      ],
    ],
  ])("%s", (_, found, csv, expected) => expect(people(found, csv)).toEqual(expected));

  it("each member of a group in their own line, whatever the order of lines", () => {
    const group = folder("submission_1", {
      name: "Ana & Ben",
      members: [
        { name: "Ana", studentId: "a1", email: "a@x" },
        { name: "Ben", studentId: "b1" },
        { name: "Cy", studentId: "c1", email: "c@x" },
      ],
    });
    const { found } = joined([group], "id,name,used\nb1,Ben,3\na1,Ana,0\n");
    expect(found[0]?.members?.map(({ roster }) => roster?.used)).toEqual(["0", "3", undefined]);
    expect(found[0]).toMatchObject({
      name: "Ana & Ben",
      roster: { id: "a1" },
      notes: ["roster.csv has no line for Cy"],
    });
  });

  it("the members of a group that the roster alone names, by the column that has groups", () => {
    const csv = "id,name,group,used\na1,Ana,G1,0\nb1,Ben,g1,3\nc1,Cy,g2,1\nd1,Dee,,2\n";
    const { found, problems } = joined([folder("g1")], csv, { idColumn: "group" });
    expect(problems).toEqual([]);
    expect(found[0]?.members?.map(({ name, roster }) => [name, roster?.used])).toEqual([
      ["Ana", "0"],
      ["Ben", "3"],
    ]);
    expect(found.slice(1).map(({ rawId, material }) => [rawId, material.kind])).toEqual([
      ["c1", "not-handed-in"],
      ["d1", "not-handed-in"],
    ]);
  });

  it.each<[string, readonly string[], string]>([
    ["small numbers, which count groups as well", ["team-1", "team-2"], "id,name\n1,Ana\n2,Ben\n"],
    ["two numbers that are of two", ["900001 (900002)", "x"], "id,name\n900001,Ana\n900002,Ben\n"],
    ["one number that two names have", ["900001 old", "900001 new"], "id,name\n900001,Ana\n"],
    ["a login that ends one name alone", ["notes-of-ana", "x"], "id,name\nana,A\nben,B\n"],
    ["somebody in the name of a group who handed in alone, too", ["ana-ben", "lab2-x"], "id,name\nana,A\nbob,B\n"],
  ])("nobody is meant by %s", (_, names, csv) => {
    const { found } = joined(
      names.map((name) => folder(name)),
      csv,
      { anyway: true },
    );
    expect(found.slice(0, names.length).map(({ notes }) => notes)).toEqual(
      names.map(() => ["roster.csv has no line for it"]),
    );
  });

  it("a group that is called by its members is none where one of them handed in alone", () => {
    const { found } = joined([folder("ana-ben"), folder("ana")], "id,name\nana,A\nben,B\n", { anyway: true });
    expect(found[0]?.members ?? []).not.toHaveLength(2);
    expect(found[1]).toMatchObject({ members: [{ studentId: "ana" }] });
  });

  it("and a note says where that is a guess, or a line is that of two", () => {
    const { found } = joined([folder("ana"), folder("ben"), folder("BEN")], "id,email\n1,ana@x\nben,b@x\n");
    expect(found.map(({ notes }) => notes)).toEqual([
      ["roster.csv:2 was taken for it by the beginning of the e-mail address"],
      ["roster.csv:3 also belongs to BEN"],
      ["roster.csv:3 also belongs to ben"],
    ]);
  });

  it("nobody is guessed where two could be meant, or an address says that it is another one", () => {
    const anas = [folder("x", { members: [{ name: "Ana" }] }), folder("y", { members: [{ name: "Ana" }] })];
    expect(joined(anas, "id,name\n1,Ana\n", { anyway: true }).found[2]?.material.kind).toBe("not-handed-in");
    const two = joined([folder("ana")], "id,email\n1,ana@x\n2,ana@y\n", { anyway: true });
    expect(two.found).toHaveLength(3);
    const other = folder("z", { members: [{ name: "Ana", email: "other@x" }] });
    expect(joined([other], "id,name,email\n1,Ana,ana@x\n", { anyway: true }).found).toHaveLength(2);
  });
});

describe("a roster of others", () => {
  const found = ["a", "b", "c", "d", "e"].map((id) => folder(id));

  it("is refused where less than half of the submissions find a line, and says what both are called", () => {
    expect(joined(found, "id,name\na,A\nb,B\nx1,X\nx2,Y\nx3,Z\nx4,Z\n").problems).toEqual([
      "roster.csv: only 2 of 5 submissions find a line in it: they are called c, d, e, and its column id has x1, x2, x3, …. " +
        "Name the column that has their ids with --id-column, or another roster; --anyway goes on",
    ]);
    expect(joined(found, "id,name\na,A\nb,B\nx1,X\n", { anyway: true }).problems).toEqual([]);
    expect(joined(found, "id,name\na,A\nb,B\nc,X\n").problems).toEqual([]);
  });

  it("is not one that has a hundred students more", () => {
    const more = Array.from({ length: 100 }, (_, index) => `s${index},S\n`).join("");
    expect(joined(found.slice(0, 2), `id,name\na,A\nb,B\n${more}`).problems).toEqual([]);
  });

  it("is not that of GitHub Classroom whose accounts are found, though others have repositories too", () => {
    const repositories = ["lab-a", "lab-b", "lab-c", "lab-d", "lab-e"].map((id) => folder(id));
    expect(joined(repositories, "identifier,github_username\n1,a\n2,b\n3,\n").problems).toEqual([]);
    expect(joined(repositories, "identifier,github_username\n1,a\n2,x\n3,y\n").problems).toHaveLength(1);
  });

  it("names ids that a spreadsheet spoiled, where that is why", () => {
    const ids = [folder("123456789012"), folder("00123")];
    const { problems, remarks } = joined(ids, "id,name\n1.23457E+11,Ana\n123,Ben\n");
    expect(problems).toEqual([
      expect.stringMatching(/^roster\.csv: only 0 of 2 submissions/),
      expect.stringMatching(
        /^roster\.csv:2: the id 1\.23457E\+11 may be that of submission 123456789012, as a spreadsheet shows/,
      ),
      expect.stringMatching(/^roster\.csv:3: the id 123 may be that of submission 00123, without the zeros in front/),
    ]);
    expect(remarks[0]).toMatch(
      /^warning: roster\.csv:2: the id 1\.23457E\+11 looks like a long number that Excel shortened/,
    );
  });

  it("tells of every line whose path is not there: the mistake is the list's", () => {
    const csv = "id,name,path\na,A,\nx,X,gone/x\ny,Y,gone/y.zip\n";
    const { problems } = joined([folder("a")], csv);
    expect(problems.map((line) => line.split(";")[0])).toEqual([
      "roster.csv:3: there is no gone/x",
      "roster.csv:4: there is no gone/y.zip",
    ]);
    const { found: all } = joined([folder("a")], csv, { anyway: true });
    expect(all.map(({ material }) => material.kind)).toEqual(["path", "none", "none"]);
  });
});

it("a cell that cannot be read is told of with its line, before anything else happens", () => {
  const cellProblems = (columns: Readonly<Record<string, string>>) =>
    columns.due === "soon" ? ["column due is soon"] : [];
  expect(joined([folder("a")], "id,due\na,\nb,soon\n", { cellProblems }).problems).toEqual([
    "roster.csv:3: column due is soon",
  ]);
});
