using System.Diagnostics;

namespace Recs.Cluster.Tests.Rig;

/// <summary>The tool <c>recs</c> as a process of its own.</summary>
public static class Commands
{
    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> Recs(params string[] arguments)
    {
        using var process = Process.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Recs.Cli.dll"), .. arguments]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
