namespace Recs.Cli.Output;

/// <summary>How the tool ends.</summary>
static class ExitCode
{
    public const int Success = 0;

    /// <summary>The input was sound, but the work could not be done.</summary>
    public const int Failure = 1;

    /// <summary>Arguments, files or the address of the server cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Stopped = 130;
}
