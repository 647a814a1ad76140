namespace Recs.Storage;

/// <summary>What a process may do with a store.</summary>
public enum StorageAccess
{
    /// <summary>Everything. Only one process at a time owns a data folder.</summary>
    Owner,

    /// <summary>Reading, also while an owner is running.</summary>
    Reader,

    /// <summary>
    /// Reading, adding and activating models, and retention (snapshots and trimming the log), also while an owner is running.
    /// </summary>
    Trainer,
}
