/**
 * Redirects are for whoever knows where a request may go, so no client may follow them by itself.
 *
 * @module
 */
import { Context, Effect } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"

/** A client that gives redirects as the answers they are. Only fetch would follow them by itself. */
export const withoutRedirects: (client: HttpClient.HttpClient) => HttpClient.HttpClient = HttpClient.transformResponse(
  Effect.updateContext((context: Context.Context<never>) =>
    Context.add(context, FetchHttpClient.RequestInit, {
      ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
      redirect: "manual"
    })
  )
)
