"""Stops, searches and hits of state patrol officers in Connecticut, by county and race of the driver.

From the Stanford Open Policing Project (Pierson et al. 2020), with the thresholds that it inferred for the state: means
over the counties, weighted by all their stops.
"""

GROUPS = ("White", "Black", "Hispanic")
PUBLISHED = (0.271, 0.189, 0.201)
COUNTS = {
    "Fairfield County": ((26464, 367, 132), (7564, 245, 81), (7057, 151, 41)),
    "Hartford County": ((26451, 351, 105), (7705, 298, 80), (4915, 209, 58)),
    "Litchfield County": ((24298, 406, 167), (1288, 47, 13), (1689, 67, 25)),
    "Middlesex County": ((30272, 200, 93), (3577, 75, 21), (2692, 33, 6)),
    "New Haven County": ((33665, 435, 159), (8448, 280, 67), (7010, 245, 81)),
    "New London County": ((37626, 573, 180), (4543, 138, 48), (3271, 105, 31)),
    "Tolland County": ((38548, 452, 198), (3119, 90, 14), (2626, 96, 18)),
    "Windham County": ((24990, 324, 145), (1216, 45, 22), (1894, 60, 22)),
}
"""County -> (stops, searches, hits) of each group."""
