namespace Recs.Storage;

/// <summary>More is waiting to be written to the log than its limit allows. Nothing was written; try again later.</summary>
public sealed class LogOverloadedException : Exception
{
    public LogOverloadedException()
        : base("The event log is overloaded.")
    {
    }

    public LogOverloadedException(string message)
        : base(message)
    {
    }

    public LogOverloadedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
