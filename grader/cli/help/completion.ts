import type { Command } from "commander";
import type { Lab } from "../../harness/scenario.ts";
import { UsageError } from "../input/usage-error.ts";

const NAMES = ["grade", "consensus-labs"];

interface Words {
  readonly labs: readonly string[];
  /** Without their stages. */
  readonly scenarios: readonly string[];
  /** As runs name them, to be followed by a seed. */
  readonly runs: readonly string[];
  /** Commands whose first word is a lab, or a run. */
  readonly takeLab: readonly string[];
  readonly takeRun: readonly string[];
  /** By command; under an empty name those of a grading. */
  readonly options: readonly { readonly command: string; readonly flags: readonly string[] }[];
}

/** What makes a shell complete the words of this command: all that `program` and the labs have now. Throws `UsageError` for other shells. */
export function completionScript(shell: string, program: Command, labs: readonly Lab[]): string {
  const write = Object.hasOwn(WRITERS, shell) ? WRITERS[shell] : undefined;
  if (write === undefined)
    throw new UsageError(`there is no completion for "${shell}"; there is for ${Object.keys(WRITERS).join(", ")}`);
  return write(wordsOf(program, labs));
}

function wordsOf(program: Command, labs: readonly Lab[]): Words {
  const suites = labs.flatMap((lab) => lab.suites);
  const ids = suites.flatMap(({ scenarios }) => scenarios.map(({ id }) => id));
  const flagsOf = ({ options }: Command) => options.flatMap(({ long }) => long ?? []).sort();
  const taking = (word: string) =>
    program.commands
      .filter(({ registeredArguments: [first] }) => first?.name() === word)
      .map((command) => command.name());
  return {
    labs: [...new Set(labs.flatMap((lab) => [lab.id, lab.name, ...lab.suites.map(({ id }) => id)]))],
    scenarios: [...new Set(ids.map((id) => id.slice(id.indexOf("/") + 1)))].sort(),
    runs: ids.map((id) => `${id}@`),
    takeLab: taking("lab"),
    takeRun: taking("run"),
    options: [
      { command: "", flags: [...flagsOf(program), "--help"] },
      ...program.commands.map((command) => ({ command: command.name(), flags: [...flagsOf(command), "--help"] })),
    ],
  };
}

const commandsOf = ({ options }: Words) => options.flatMap(({ command }) => (command === "" ? [] : [command]));

/** The rule is the same in all: after `--only` scenarios, `--…` the command's options, then commands and labs, runs, or files. */
const WRITERS: Readonly<Record<string, (words: Words) => string>> = {
  bash: (words) => `# Put into ~/.bashrc:  alias grade='npx --no grade'; eval "$(npx --no grade completion bash)"
_consensus_labs_grade() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" at=1 words=""
  # A run has an @ in it, by which some shells cut words apart.
  for ((; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      ${commandsOf(words).join("|")}) command="\${COMP_WORDS[at]}"; break ;;
      -*) ;;
      *) break ;;
    esac
  done
  case "$prev" in
    --only) COMPREPLY=($(compgen -W "${words.scenarios.join(" ")}" -- "$cur")); return ;;
  esac
  if [[ "$cur" == -* ]]; then
    case "$command" in
${words.options.map(({ command, flags }) => `      "${command}") words="${flags.join(" ")}" ;;`).join("\n")}
    esac
  elif [[ "$command" == "" && "$at" == "$COMP_CWORD" ]]; then
    words="${[...commandsOf(words), ...words.labs].join(" ")}"
  elif [[ "$((at + 1))" == "$COMP_CWORD" ]]; then
    case "$command" in
      ${words.takeRun.join("|")}) compopt -o nospace; words="${words.runs.join(" ")}" ;;
      ${words.takeLab.join("|")}) words="${words.labs.join(" ")}" ;;
      help) words="${[...commandsOf(words), "grade", "staff"].join(" ")}" ;;
      completion) words="${Object.keys(WRITERS).join(" ")}" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _consensus_labs_grade ${NAMES.join(" ")}
`,
  zsh: (
    words,
  ) => `# Put into ~/.zshrc, after compinit (an alias would be completed as npx is):  grade() { npx --no grade "$@" }; eval "$(npx --no grade completion zsh)"
_consensus_labs_grade() {
  local command="" at=2
  while (( at < CURRENT )); do
    case "\${words[at]}" in
      ${commandsOf(words).join("|")}) command="\${words[at]}"; break ;;
      -*) (( at++ )) ;;
      *) break ;;
    esac
  done
  if [[ "\${words[CURRENT-1]}" == --only ]]; then
    compadd -- ${words.scenarios.join(" ")}
  elif [[ "\${words[CURRENT]}" == -* ]]; then
    case "$command" in
${words.options.map(({ command, flags }) => `      "${command}") compadd -- ${flags.join(" ")} ;;`).join("\n")}
    esac
  elif [[ "$command" == "" ]] && (( at == CURRENT )); then
    compadd -- ${[...commandsOf(words), ...words.labs].join(" ")}
  elif (( at + 1 == CURRENT )); then
    case "$command" in
      ${words.takeRun.join("|")}) compadd -S '' -- ${words.runs.join(" ")} ;;
      ${words.takeLab.join("|")}) compadd -- ${words.labs.join(" ")} ;;
      help) compadd -- ${[...commandsOf(words), "grade", "staff"].join(" ")} ;;
      completion) compadd -- ${Object.keys(WRITERS).join(" ")} ;;
      *) _files ;;
    esac
  else
    _files
  fi
}
(( $+functions[compdef] )) && compdef _consensus_labs_grade ${NAMES.join(" ")}
`,
  fish: (
    words,
  ) => `# Put into ~/.config/fish/config.fish:  alias grade 'npx --no grade'; npx --no grade completion fish | source
${NAMES.flatMap((name) => fishLines(name, words)).join("\n")}
`,
};

function fishLines(name: string, words: Words): readonly string[] {
  const commands = commandsOf(words).join(" ");
  const add = (condition: string, rest: string) => `complete -c ${name} -n '${condition}' ${rest}`;
  const after = (names: readonly string[]) => `__fish_seen_subcommand_from ${names.join(" ")}`;
  return [
    add("__fish_is_first_arg", `-a '${[...commandsOf(words), ...words.labs].join(" ")}'`),
    add(after(words.takeRun), `-a '${words.runs.join(" ")}'`),
    add(after(words.takeLab), `-a '${words.labs.join(" ")}'`),
    add(after(["help"]), `-f -a '${[...commandsOf(words), "grade", "staff"].join(" ")}'`),
    add(after(["completion"]), `-f -a '${Object.keys(WRITERS).join(" ")}'`),
    ...words.options.flatMap(({ command, flags }) => {
      const condition = command === "" ? `not __fish_seen_subcommand_from ${commands}` : after([command]);
      return flags.map((flag) => {
        const rest = flag === "--only" ? ` -x -a '${words.scenarios.join(" ")}'` : "";
        return add(condition, `-l ${flag.slice(2)}${rest}`);
      });
    }),
  ];
}
