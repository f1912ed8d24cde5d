/**
 * What the columns of a roster mean, by their names: those of our own rosters, and of what Canvas (gradebook export), Moodle
 * (list of participants in some languages, grading worksheet), Gradescope (roster, grades), Brightspace (grades export) and GitHub Classroom
 * (roster) write. Columns are numbered from 0.
 */
export interface Columns {
  /** Those that name a student or group, the best first; an empty cell gives way to the next. */
  readonly ids: readonly number[];
  readonly email: number | undefined;
  /** A GitHub account. */
  readonly account: number | undefined;
  /** A repository of GitHub Classroom, which those of a team have in common. */
  readonly repository: number | undefined;
  /** Of a student, first name before last name when it is in two. */
  readonly name: readonly number[];
  readonly path: number | undefined;
  readonly role: number | undefined;
  /** It is Canvas' gradebook, which has lines about its columns among those of students. */
  readonly isCanvas: boolean;
}

const IDS = [
  "id",
  "student id",
  "sid",
  "studentid",
  "student number",
  "student no",
  "student nr",
  "student id number",
  "university id",
  "campus id",
  "id number",
  "id nummer",
  "numero d identification",
  "numero de id",
  "numero id",
  "codice identificativo",
  "matriculation number",
  "matrikelnummer",
  "matrikel nr",
  "matr nr",
  "matriculation no",
  "identifier",
  "org defined id",
  "orgdefinedid",
  "sis user id",
  "sis id",
  "sis login id",
  "integration id",
  "login id",
  "login",
  "netid",
  "username",
  "user name",
  "user id",
  "userid",
  "uid",
  "display id",
  "registration number",
  "mtknr",
  "anmeldename",
  "benutzername",
  "nom d utilisateur",
  "nombre de usuario",
  "numero de identificacao",
  "numer id",
  "id numero",
  "identifikacni cislo",
  "kimlik numarası",
  "azonosito szam",
  "αριθμος id",
  "индивидуальныи номер",
  "id номер",
  // Without the marks that make ナンバー of it, as all marks are taken off.
  "idナンハー",
  "学号",
  "id号",
  "학번",
  "מספר זיהוי",
  "roster identifier",
] as const;
const EMAILS = [
  "email",
  "e mail",
  "email address",
  "e mail address",
  "mail",
  "student email",
  "e mail adresse",
  "adresse de courriel",
  "adresse e mail",
  "direccion de correo",
  "correo electronico",
  "indirizzo email",
  "endereco de e mail",
  "endereco de email",
  "e mailadres",
  "e mailadresse",
  "e postadress",
  "e postadresse",
  "adres e mail",
  "adreca electronica",
  "sahkopostiosoite",
  "e mailova adresa",
  "e posta adresi",
  "e mail cim",
  "адрес электроннои почты",
  "електронна пошта",
  "メールアトレス",
  "电子邮件地址",
  "이메일",
];
const ACCOUNTS = ["github username", "github", "github login", "github account", "github user"];
const NAMES = [
  "name",
  "full name",
  "fullname",
  "student",
  "student name",
  "display name",
  "vollstandiger name",
  "nom complet",
  "nombre completo",
  "student/in",
  "etudiant",
  "estudiante",
  "studente",
];
const FIRST_NAMES = [
  "first name",
  "firstname",
  "given name",
  "vorname",
  "prenom",
  "nombre",
  "nome",
  "voornaam",
  "fornamn",
  "fornavn",
  "imie",
  "etunimi",
  "krestni jmeno",
  "jmeno",
  "adı",
  "keresztnev",
  "ονομα",
  "имя",
  "ім я",
  "名",
  "이름",
  "שם פרטי",
];
const LAST_NAMES = [
  "last name",
  "lastname",
  "surname",
  "family name",
  "nachname",
  "nom",
  "nom de famille",
  "apellido(s)",
  "apellidos",
  "cognome",
  "sobrenome",
  "apelido",
  "cognoms",
  "achternaam",
  "efternamn",
  "efternavn",
  "etternavn",
  "nazwisko",
  "sukunimi",
  "prijmeni",
  "soyadı",
  "vezeteknev",
  "επωνυμο",
  "фамилия",
  "прізвище",
  "姓",
  "姓氏",
  "성",
  "שם משפחה",
];

/**
 * Gives null when there is no column by which a student could be found.
 *
 * @param header names of the columns. @param idColumn the one that staff named.
 */
export function columnsOf(header: readonly string[], idColumn?: string): Columns | null {
  const plain = header.map(plainName);
  const find = (names: readonly string[]) => {
    const name = names.find((one) => plain.includes(one));
    return name === undefined ? undefined : plain.indexOf(name);
  };
  const findAll = (names: readonly string[]) => names.map((name) => plain.indexOf(name)).filter((at) => at >= 0);
  const chosen = idColumn === undefined ? -1 : plain.indexOf(plainName(idColumn));
  if (idColumn !== undefined && chosen < 0) return null;
  const email = find(EMAILS);
  const known = findAll(IDS);
  const ids = [
    ...(chosen >= 0 ? [chosen] : []),
    ...known.filter((at) => at !== chosen),
    ...(email !== undefined && email !== chosen ? [email] : []),
  ];
  if (ids.length === 0) return null;
  const whole = find(NAMES);
  const parts = [find(FIRST_NAMES), find(LAST_NAMES)].filter((at) => at !== undefined);
  return {
    ids,
    email,
    account: find(ACCOUNTS),
    repository: find(["student repository name"]),
    name: whole === undefined ? parts : [whole],
    path: find(["path"]),
    role: find(["role", "roles", "rolle", "rollen", "rol", "ruolo"]),
    isCanvas: plain.includes("sis login id") || (plain.includes("student") && plain.includes("section")),
  };
}

/** Whether a cell is called like a column that names students: it belongs to a header then. */
export function namesIds(cell: string): boolean {
  return [...IDS, ...EMAILS].some((name) => name === plainName(cell));
}

/** Without capitals, accents, and the marks that stand for blanks. */
function plainName(name: string): string {
  return (
    name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      // Of Korean the parts of a letter, which stand apart otherwise, become one again.
      .normalize("NFC")
      .toLowerCase()
      .replace(/[\s_'’.-]+/g, " ")
      .trim()
  );
}
