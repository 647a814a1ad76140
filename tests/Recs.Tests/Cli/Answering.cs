using System.Net;
using System.Text;

namespace Recs.Tests.Cli;

/// <summary>A network that answers as a function of the request and of how many came before it.</summary>
sealed class Answering(Func<HttpRequestMessage, int, HttpResponseMessage> answer) : HttpMessageHandler
{
    /// <summary>Method, path and body of every request, in order.</summary>
    public List<string> Seen { get; } = [];

    public static HttpResponseMessage Json(string json) =>
        new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Problem(int status, string json) =>
        new((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/problem+json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancel);
        Seen.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {body}".TrimEnd());
        return answer(request, Seen.Count - 1);
    }
}
