using System.CommandLine;

using Recs.Cli.Output;

namespace Recs.Cli.Bench;

/// <summary>The command <c>recs bench</c>: measures a running server.</summary>
static class BenchCommand
{
    public static Command Create(ToolContext context) => new("bench", "Measure a running server, or make a log to measure the trainer on.")
    {
        RecommendBench.Create(context),
        EventsBench.Create(context),
        LatencyBench.Create(context),
        BareEndpoint.Create(),
        OfflineLog.Create(context),
        KernelBench.Create(context),
    };
}
