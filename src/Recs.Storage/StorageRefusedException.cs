namespace Recs.Storage;

/// <summary>A store cannot be opened as asked; the message is one line for the person who started the program.</summary>
public sealed class StorageRefusedException : IOException
{
    public StorageRefusedException()
        : base("The store cannot be opened.")
    {
    }

    public StorageRefusedException(string message)
        : base(message)
    {
    }

    public StorageRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
