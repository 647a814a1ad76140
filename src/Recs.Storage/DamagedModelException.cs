namespace Recs.Storage;

/// <summary>A model's file is not what was written.</summary>
public sealed class DamagedModelException : IOException
{
    public DamagedModelException()
    {
    }

    public DamagedModelException(string message)
        : base(message)
    {
    }

    public DamagedModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
