using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

using Recs.Offline.Joins;

namespace Recs.Offline.Checkpoints;

/// <summary>
/// A folder in which a training leaves its plan and every finished step. Killed at any moment and started again it takes
/// up the plan, passes over the steps that are there, and makes the same model byte for byte.
/// </summary>
/// <remarks>One training at a time in a folder. A step is a file with a checksum, renamed into place; a damaged one is done again.</remarks>
public sealed class TrainingCheckpoints
{
    const string PlanFile = "plan.json";

    readonly string _folder;
    readonly List<string> _found = [];
    byte[] _key = [];

    TrainingCheckpoints(string folder, TrainingPlan plan, bool isContinued) =>
        (_folder, Plan, IsContinued) = (folder, plan, isContinued);

    /// <summary>The plan to train by.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Whether an interrupted training is taken up.</summary>
    public bool IsContinued { get; }

    /// <summary>Steps that were not done again.</summary>
    public IReadOnlyCollection<string> Found => _found;

    /// <summary>Takes up the folder's training where it is the same one, and starts anew otherwise.</summary>
    /// <exception cref="IOException">The folder cannot be used.</exception>
    public static TrainingCheckpoints Open(string folder, TrainingPlan plan)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, PlanFile);
        if (Earlier(path) is { } earlier && plan.Continues(earlier))
        {
            return new(folder, earlier, true);
        }

        Clear(folder);
        Replace(path, JsonSerializer.SerializeToUtf8Bytes(plan, CheckpointJson.Default.TrainingPlan));
        return new(folder, plan, false);
    }

    /// <summary>Binds the steps to what was read: with another catalogue or log they are done again.</summary>
    public void Bind(IReadOnlyList<RetrainItem> items, Interactions interactions)
    {
        var hash = new XxHash128();
        hash.Append(JsonSerializer.SerializeToUtf8Bytes(Plan, CheckpointJson.Default.TrainingPlan));
        hash.Append(MemoryMarshal.AsBytes<long>([items.Count, interactions.Count, interactions.Viewers, interactions.Anonymous]));
        foreach (var item in items)
        {
            hash.Append(Encoding.UTF8.GetBytes(
                $"{item.Row} {item.Id} {item.CreatedAt.UtcTicks} {item.Available} {item.Creator}\n{string.Join('\n', item.Categories)}\n{string.Join('\n', item.Attributes)}"));
            hash.Append(MemoryMarshal.AsBytes<float>(item.Embedding));
        }

        _key = hash.GetCurrentHash();
    }

    /// <summary>The result of a step, from its file or by doing it.</summary>
    /// <param name="step">Name, as a file name.</param>
    /// <param name="work">Does the step.</param>
    /// <param name="write">The result as sections.</param>
    /// <param name="read">The result out of its sections.</param>
    public T Run<T>(string step, Func<T> work, Func<T, byte[][]> write, Func<byte[][], T> read)
    {
        var path = Path.Combine(_folder, $"{step}.step");
        if (StepFile.TryRead(path, _key) is { } sections)
        {
            _found.Add(step);
            return read(sections);
        }

        var result = work();
        Replace(path, StepFile.Write(_key, write(result)));
        return result;
    }

    /// <summary>The model is stored: nothing has to be taken up any more.</summary>
    public void Complete() => Clear(_folder);

    static TrainingPlan? Earlier(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CheckpointJson.Default.TrainingPlan) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static void Clear(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.step").Append(Path.Combine(folder, PlanFile)))
        {
            File.Delete(file);
        }
    }

    static void Replace(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }
}
