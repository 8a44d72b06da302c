/** Where the API is and who calls it; set before the first call. */
export const caller = { baseUrl: '', token: '' }

/** Sends what orval's client asks for. */
export async function propflow<T>(path: string, init: RequestInit): Promise<T> {
  const headers = new Headers(init.headers)
  if (caller.token) {
    headers.set('Authorization', `Bearer ${caller.token}`)
  }
  const response = await fetch(caller.baseUrl + path, { ...init, headers })
  const text = await response.text()
  return { status: response.status, headers: response.headers, data: text ? JSON.parse(text) : undefined } as T
}
