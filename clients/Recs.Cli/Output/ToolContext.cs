using Recs.Client;

namespace Recs.Cli.Output;

/// <summary>What commands take from outside.</summary>
/// <param name="Terminal">Where they write.</param>
/// <param name="Time">Their clock.</param>
/// <param name="Http">Makes the connections to an address; the caller disposes them.</param>
sealed record ToolContext(Terminal Terminal, TimeProvider Time, Func<Uri, HttpClient> Http)
{
    const int RetriesMax = 5;

    /// <summary>The real thing.</summary>
    public static ToolContext OfProcess() => new(Terminal.OfProcess(TimeProvider.System), TimeProvider.System, Connections);

    /// <summary>A client that waits when the server asks for patience.</summary>
    public RecsClient Client(HttpClient http, string? apiKey) =>
        new(http, new RecsClientOptions { ApiKey = apiKey, RetriesMax = RetriesMax, Time = Time });

    static HttpClient Connections(Uri url) => new(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = url };
}
