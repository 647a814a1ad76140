namespace Recs.Tests.Helm;

/// <summary>What a program said and how it ended; -1 when it could not be started or did not end.</summary>
sealed record HelmRun(int ExitCode, string Output, string Error)
{
    /// <summary>Why it failed, in a line.</summary>
    public string FirstError => Error.Split('\n').FirstOrDefault(line => line.Length > 0) ?? $"exit code {ExitCode}";
}
