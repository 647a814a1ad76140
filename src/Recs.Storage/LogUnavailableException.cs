namespace Recs.Storage;

/// <summary>The log cannot take or deliver events at the moment, with the reason: a full disk, a closed file.</summary>
public sealed class LogUnavailableException : IOException
{
    public LogUnavailableException()
        : base("The event log is unavailable.")
    {
    }

    public LogUnavailableException(string message)
        : base(message)
    {
    }

    public LogUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
