"""What a policy is, what it does and what it has learned: cards, probe states, differences, pictures.

Reads policies, stored decisions and drills; changes none of them. scikit-learn, umap-learn and matplotlib are
an extra (`pip install 'hrl[analysis]'`) that only `hrl analyze` needs: `surrogates`, `groups`, `pictures` and
`report` import it, and nothing else here does.
"""
