namespace Recs.Silo.Options;

/// <summary>A setting is unknown or wrong; the message is one line that names it.</summary>
public sealed class OptionsRefusedException : Exception
{
    public OptionsRefusedException()
        : base("A setting is wrong.")
    {
    }

    public OptionsRefusedException(string message)
        : base(message)
    {
    }

    public OptionsRefusedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
