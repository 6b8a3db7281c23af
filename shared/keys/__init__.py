"""Keys and what they sign: the ring on disk, signed documents, sealed boxes, key sets and the key list, passports, status lists.

One algorithm for all of it, ES256 on P-256, and one name for a key, its RFC 7638 thumbprint. Callers pass the time in.
"""
