namespace Recs.Silo.Demo;

/// <summary>A category of the sample catalogue and the words its titles are made of.</summary>
/// <param name="Name">The category as items carry it.</param>
/// <param name="Subjects">Noun phrases that begin or fill a title.</param>
/// <param name="Turns">Phrases that complete a title after a subject.</param>
sealed record DemoTopic(string Name, IReadOnlyList<string> Subjects, IReadOnlyList<string> Turns);
