namespace Recs.Silo.Door;

/// <summary>A request is refused: the status, and every field that is wrong with the reason.</summary>
public sealed class DoorException : Exception
{
    public DoorException()
        : this(StatusCodes.Status400BadRequest, Body, "The request is not valid.")
    {
    }

    public DoorException(string message)
        : this(StatusCodes.Status400BadRequest, Body, message)
    {
    }

    public DoorException(string message, Exception? innerException)
        : base(message, innerException)
    {
        (Status, Errors) = (StatusCodes.Status400BadRequest, One(Body, message));
    }

    public DoorException(int status, string field, string message)
        : base(message) => (Status, Errors) = (status, One(field, message));

    public DoorException(IReadOnlyDictionary<string, string[]> errors)
        : base("Some fields are not valid.") => (Status, Errors) = (StatusCodes.Status400BadRequest, errors);

    /// <summary>What the whole body is called among the fields.</summary>
    public const string Body = "$";

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>What is wrong, by field; <see cref="Body"/> for the whole body.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; }

    static Dictionary<string, string[]> One(string field, string message) =>
        new(StringComparer.Ordinal) { [field] = [message] };
}
