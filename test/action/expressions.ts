/**
 * As much of GitHub's expressions as our actions use: properties, strings in single quotes, `==`, `!=`, `&&`, `||`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
export function evaluateTemplate(text: string, context: object): string {
  return String(text).replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => `${anyOf(expression, context)}`);
}

function anyOf(expression: string, context: object): string | boolean {
  let value: string | boolean = "";
  for (const part of expression.split("||")) {
    value = allOf(part, context);
    if (isTruthy(value)) return value;
  }
  return value;
}

function allOf(expression: string, context: object): string | boolean {
  let value: string | boolean = true;
  for (const part of expression.split("&&")) {
    value = comparison(part, context);
    if (!isTruthy(value)) return value;
  }
  return value;
}

function comparison(expression: string, context: object): string | boolean {
  const [left = "", operator, right = ""] = expression.split(/(==|!=)/);
  if (operator === undefined) return operand(left, context);
  return (operand(left, context) === operand(right, context)) === (operator === "==");
}

function operand(text: string, context: object): string {
  const word = text.trim();
  const literal = /^'([^']*)'$/.exec(word);
  if (literal !== null) return literal[1] ?? "";
  if (!/^[a-z_][\w-]*(\.[\w-]+)+$/i.test(word)) throw new Error(`an expression that the tests cannot play: ${word}`);
  let value: unknown = context;
  for (const name of word.split(".")) value = (value as Record<string, unknown> | undefined)?.[name];
  // What is not there is an empty string, as on a runner.
  return value === undefined ? "" : String(value);
}

function isTruthy(value: string | boolean): boolean {
  return value !== false && value !== "";
}
