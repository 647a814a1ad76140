namespace Recs.Silo.Demo;

/// <summary>A maker of items in the sample catalogue.</summary>
/// <param name="Name">The name that items carry.</param>
/// <param name="Topics">Categories this creator works in, indexes into <see cref="DemoTopics.All"/>.</param>
sealed record DemoCreator(string Name, int[] Topics);
