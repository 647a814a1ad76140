namespace Recs.Silo.Hosting;

/// <summary>What a person sees who starts a silo on a terminal: how to start it, and where it is.</summary>
static class Usage
{
    /// <summary>Answer to <c>--help</c>.</summary>
    public const string Text = """
        Recs.Silo: a recommender that learns while it serves. Without arguments it listens on http://localhost:8080 and keeps its data in ./data.

          --demo                                fill an empty store with a sample catalogue and let simulated viewers use it
          --urls http://0.0.0.0:8080            listen elsewhere; beyond loopback only with keys (Recs:Auth:Keys)
          --Recs:Storage:Path=FOLDER            keep the data elsewhere
          --Recs:Storage:Provider=postgres      keep it in PostgreSQL (Recs:Storage:ConnectionString), for any number of silos
          --Recs:Bandit:Policy=NAME             serve another policy
          --help                                this

        Every setting stands with its default and a comment in appsettings.json beside the program; as an argument it is --SECTION:KEY=VALUE,
        as an environment variable SECTION__KEY=VALUE. The tool `recs` loads, plays and measures; the API is at /docs.
        """;

    /// <summary>Whether the arguments ask for help.</summary>
    public static bool IsAsked(string[] args) => args.Any(argument => argument is "--help" or "-h" or "-?" or "/?");

    /// <summary>Says where to look once the silo listens, on a terminal.</summary>
    public static void SayWhereItIs(WebApplication app)
    {
        if (!System.Console.IsOutputRedirected)
        {
            app.Lifetime.ApplicationStarted.Register(() => System.Console.WriteLine(
                $"Open {app.Urls.FirstOrDefault()?.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}   (Ctrl+C stops)"));
        }
    }
}
