"""The library of formats: recipes of events with licence and lineage, made from an event and replayed at another space."""
