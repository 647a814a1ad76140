namespace Recs.Cli.Output;

/// <summary>The input was sound, but the run did not get to its end: the message says why, in one line.</summary>
sealed class RunFailedException(string message) : Exception(message);
