namespace Recs.Cli.Output;

/// <summary>Arguments or files cannot be used: the message says what and where, in one line.</summary>
sealed class BadInputException(string message) : Exception(message);
