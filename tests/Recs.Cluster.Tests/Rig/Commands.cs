using System.Diagnostics;

namespace Recs.Cluster.Tests.Rig;

/// <summary>The command-line programs as processes of their own.</summary>
public static class Commands
{
    /// <summary>Runs the tool <c>recs</c> to its end.</summary>
    /// <returns>Its exit code.</returns>
    public static Task<int> Recs(params string[] arguments) => Run(Path.Combine(AppContext.BaseDirectory, "Recs.Cli.dll"), arguments);

    /// <summary>Runs the trainer to its end, from its own folder: it is no web program, and these tests are.</summary>
    /// <returns>Its exit code.</returns>
    public static Task<int> Trainer(params string[] arguments) => Run(
        Path.Combine(AppContext.BaseDirectory.Replace("Recs.Cluster.Tests", "Recs.Trainer", StringComparison.Ordinal), "Recs.Trainer.dll"),
        arguments);

    static async Task<int> Run(string program, string[] arguments)
    {
        using var process = Process.Start("dotnet", [program, .. arguments]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
