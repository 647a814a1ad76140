namespace Recs.Trainer;

/// <summary>How the trainer ends.</summary>
static class ExitCode
{
    public const int Success = 0;

    /// <summary>The input was sound, but the work could not be done.</summary>
    public const int Failure = 1;

    /// <summary>Arguments or the store cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>A gate refuses the model; what is served stays as it is.</summary>
    public const int Refused = 3;

    /// <summary>Stopped by Ctrl-C, as shells report it (128 + SIGINT).</summary>
    public const int Stopped = 130;
}
