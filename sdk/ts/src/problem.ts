import type { FieldError, Problem } from './schema.js'

/** Replaces the problem if the answer came from something in front of the API, such as a proxy. */
export type UnreadableAnswer = Omit<Problem, 'code'> & { code: 'unreadable_answer' }

/** An answer of 400 and above. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** The API's answer. An API newer than this client may send a `code` that `ProblemCode` lacks. */
  readonly problem: Problem | UnreadableAnswer
  /** The answer; its body has been read. */
  readonly response: Response

  constructor(problem: Problem | UnreadableAnswer, response: Response) {
    super(describe(problem))
    this.problem = problem
    this.response = response
  }

  /** The HTTP status. */
  get status(): number {
    return this.problem.status
  }

  /** The stable code, for programs. */
  get code(): string {
    return this.problem.code
  }

  /** The fields that break a rule, with the rule. */
  get fields(): FieldError[] {
    return this.problem.errors ?? []
  }

  /** How long the API asks to wait before a retry, in milliseconds; 0 if it does not ask. */
  get retryAfterMs(): number {
    return 1000 * (Number(this.response.headers.get('Retry-After')) || 0)
  }
}

/** The result of a request. */
interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/**
 * Returns the data of an answer, or undefined if it has none (204).
 *
 * @throws ProblemError for an answer of 400 and above; the error of `fetch` if there is no answer.
 */
export async function unwrap<Data>(answer: Answer<Data> | Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer
  if (!response.ok) {
    throw new ProblemError(problemOf(error, response), response)
  }
  return data as Data
}

function problemOf(error: unknown, response: Response): Problem | UnreadableAnswer {
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json') && isProblem(error)) {
    return error
  }
  return { type: 'about:blank', title: response.statusText, status: response.status, code: 'unreadable_answer' }
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error
}

function describe({ status, code, detail, errors = [] }: Problem | UnreadableAnswer): string {
  const headline = detail ? `${status} ${code}: ${detail}` : `${status} ${code}`
  return [headline, ...errors.map((e) => `${e.field} ${e.message}`)].join('; ')
}
