using System.CommandLine;

using Recs.Cli.Output;

namespace Recs.Cli.Bench;

/// <summary>The command <c>recs bench</c>: measures a running server.</summary>
static class BenchCommand
{
    public static Command Create(ToolContext context) => new("bench", "Measure a running server.")
    {
        RecommendBench.Create(context),
        EventsBench.Create(context),
        LatencyBench.Create(context),
        BareEndpoint.Create(),
    };
}
