"""The library of formats: recipes of events with licence and lineage, in versions that never change; who is named with one."""
